"""Mails are read on a page only where the operator chose that, and passwords are reset by what stands in them."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from marketplace.cli import running
from marketplace.kernel.mail import Delivery, LocalOutbox
from marketplace.mailing import open_mailer
from marketplace.setting_values import SettingsError
from marketplace.settings import Settings
from marketplace.web.password_reset import EVEN_SECONDS
from tests.accounts.factories import make_person
from tests.web.conftest import words

NEW_PASSWORD = "新しい 合言葉 2026 年度"


@pytest.fixture
def person(session):
    person = make_person(session, email="hanako@example.lg.jp")
    session.commit()
    return person


@pytest.fixture
def ports(ports):
    return replace(ports, mailer=LocalOutbox())


@pytest.mark.parametrize(
    ("chosen", "delivery"),
    [
        ({}, Delivery.NONE),
        ({"outbox_page": True}, Delivery.OUTBOX),
        ({"outbox_page": True, "smtp_host": "mail.example.jp"}, Delivery.SMTP),
    ],
)
def test_the_outbox_is_there_only_where_it_is_chosen_and_no_server_is(app, browser, tmp_path, chosen, delivery):
    mailer = open_mailer(Settings(data_dir=tmp_path, **chosen))
    assert mailer.delivery is delivery
    app.ports = replace(app.ports, mailer=mailer)
    assert browser.get("/outbox").status_code == (200 if delivery is Delivery.OUTBOX else 404)


@pytest.mark.parametrize("wrong", [{"mail_from": "nobody"}, {"smtp_host": "a", "smtp_security": "ssl"}])
def test_settings_of_mail_that_make_no_sense_stop_the_start(wrong):
    with pytest.raises(SettingsError):
        open_mailer(Settings(**wrong))


@pytest.mark.parametrize(
    ("settings", "local"),
    [({}, True), ({"host": "0.0.0.0"}, False), ({"base_url": "https://yokoten.example.jp"}, False)],  # noqa: S104
)
def test_a_demonstration_shows_mails_only_on_the_machine_itself(settings, local):
    assert Settings(**settings).is_local is local
    assert running.shows_outbox(Settings(**settings), demo=True) is local
    assert running.shows_outbox(Settings(**settings), demo=False) is False


@pytest.mark.parametrize("is_known", [True, False])
def test_the_answer_takes_as_long_whether_the_address_is_known_or_not(browser, person, is_known):
    began = time.monotonic()
    browser.post("/password-reset", data={"email": person.email if is_known else "nobody@example.lg.jp"})
    assert time.monotonic() - began >= EVEN_SECONDS


def test_a_forgotten_password_is_set_anew_by_the_mail(browser, person):
    sent = browser.post("/password-reset", data={"email": person.email})
    unknown = browser.post("/password-reset", data={"email": "nobody@example.lg.jp"})
    assert (sent.status_code, sent.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    link = browser.read("/outbox").select_one(".letter a")["href"]
    assert re.fullmatch(r"http://localhost/password-reset/[0-9a-f]{48}", link)
    page = browser.send(link, {"password": "short"}, 422)
    assert page.find(id="f-password-error")
    browser.send(link, {"password": NEW_PASSWORD})
    assert "新しいパスワードを設定しました。" in words(browser.read("/sign-in?reset=done"))
    assert "このリンクは使えません。" in words(browser.read(link, 404))
    assert browser.post(link, data={"password": NEW_PASSWORD}).status_code == 404
    assert browser.post("/sign-in", data={"email": person.email, "password": NEW_PASSWORD}).status_code == 303


def test_the_host_a_request_names_is_in_no_mail(browser, person):
    browser.post("/password-reset", data={"email": person.email}, headers={"Host": "evil.example.jp"})
    assert "evil" not in browser.get("/outbox").text


def test_asking_too_often_is_refused_in_place_and_pages_with_secrets_are_kept_by_no_cache(browser, person):
    answers = [browser.post("/password-reset", data={"email": person.email}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303] * 3 + [429]
    assert 'value="hanako@example.lg.jp"' in answers[3].text
    for address in ("/outbox", "/sign-in", browser.read("/outbox").select_one(".letter a")["href"]):
        assert browser.get(address).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_are_there_in_both_languages(browser, language):
    for address in ("/password-reset", "/password-reset/sent", "/outbox"):
        assert browser.read(f"{address}?lang={language}").html["lang"] == language
