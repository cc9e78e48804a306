"""What the operator does about what others published: hides it, shows it again, withdraws a version."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.kernel.mail import LocalOutbox
from marketplace.mail.models import Mail
from marketplace.municipalities.codes import OPERATOR_CODE
from tests.municipalities.factories import MIHON
from tests.web.conftest import words
from tests.web.factories import PAGE, PUBLISHER, SLUG

REASON = {"reason": "個人情報が書かれています。<i>"}
TOLD = {"reason": "personal-data", "text": "氏名があります。"}


@pytest.fixture
def operator(app, sign_in):
    app.ports = replace(app.ports, mailer=LocalOutbox())
    return sign_in("admin", OPERATOR_CODE)


def letters(session):
    session.expire_all()
    return list(session.scalars(select(Mail).order_by(Mail.written_at, Mail.id)))


def written(address, kind):
    return f"/operator/written/{kind}/{address.rpartition('/')[2]}"


def test_a_hidden_story_is_seen_by_its_own_and_the_operator_alone(operator, world, sign_in, browser, session):
    world.release()
    own, address = sign_in("admin", MIHON), world.tell(title="集計が楽になった")
    place = written(address, "story")
    assert operator.read(address).find("a", href=place)
    assert "入力してください" in words(operator.send(f"{place}/hide", {"reason": " "}, 422))
    operator.send(f"{place}/hide", REASON)
    assert browser.get(address).status_code == 404
    assert sign_in("admin", PUBLISHER).get(address).status_code == 404
    for listed in ("/stories", PAGE, "/stories?q=集計", f"/municipalities/{MIHON}"):
        assert "集計が楽になった" not in words(browser.read(listed)), listed
    assert REASON["reason"] in words(own.read(address))
    assert operator.read(address)
    own.send(f"{address}/edit", {**form_of(own.read(f"{address}/edit")), "title": "書き直した"})
    assert browser.get(address).status_code == 404
    assert "書き直した" not in words(browser.read("/stories"))
    assert [(mail.purpose, mail.subject) for mail in letters(session)] == [
        ("content-hidden", "【ヨコテン】「集計が楽になった」を非表示にしました")
    ]
    operator.send(f"{place}/show", REASON)
    assert "書き直した" in words(browser.read("/stories"))
    logged = select(AuditEvent.municipality_code, AuditEvent.act).where(AuditEvent.subject_kind == "story")
    acts = {(code, act) for code, act in session.execute(logged) if act in {"story.hidden", "story.shown"}}
    assert acts == {(code, act) for code in (MIHON, OPERATOR_CODE) for act in ("story.hidden", "story.shown")}
    assert "運営が活用事例「集計が楽になった」を非表示にした" in words(own.read("/members/log"))


def form_of(page):
    form = page.select_one("main form[method=post]")
    fields = {each["name"]: each.get("value", "") for each in form.select("input[name]")}
    return fields | {each["name"]: each.get_text().strip() for each in form.select("textarea")}


def test_the_stars_of_a_hidden_review_do_not_count(operator, installed, sign_in, browser):
    own = sign_in("admin", MIHON)
    own.send(f"{PAGE}/review", {"stars": "1", "text": "ひどい書き込み"})
    page = operator.read(PAGE)
    place = page.find("a", href=lambda href: href.startswith("/operator/written/review/"))["href"]
    operator.send(f"{place}/hide", REASON)
    shown = words(browser.read(PAGE))
    assert "ひどい書き込み" not in shown
    assert "評価はまだありません" in shown
    assert "運営者が非表示にしています" in words(own.read(PAGE))
    own.send(f"{PAGE}/review", {"stars": "2", "text": "ひどい書き込み"})
    assert "ひどい書き込み" not in words(browser.read(PAGE))
    assert "ひどい書き込み" not in words(browser.read(f"/municipalities/{MIHON}"))
    operator.send(f"{place}/show", REASON)
    assert "ひどい書き込み" in words(browser.read(PAGE))


@pytest.fixture
def installed(world):
    world.install()


def test_a_wanted_app_and_its_answers_are_reported_and_hidden(operator, world, sign_in, browser):
    world.release()
    address = world.want(title="道路の期限管理")
    other = sign_in("admin", PUBLISHER)
    other.send(f"{address}/answers", {"template": f"{PUBLISHER}/{SLUG}", "text": "これで足ります"})
    reader = sign_in("reader", MIHON)
    page = reader.read(address)
    reports = [link["href"] for link in page.select('a[href^="/reports/"]')]
    assert [report.split("/")[2] for report in reports] == ["wanted-answer", "wanted-app"]
    for report in reports:
        reader.send(report, TOLD)
    rows = operator.read("/operator/reports").select("tbody a")
    [row] = [row for row in rows if "欲しいアプリへの回答" in row.get_text()]
    answer = operator.read(row["href"]).find("a", href=lambda href: href.startswith("/operator/written/"))["href"]
    operator.send(f"{answer}/hide", REASON)
    assert "これで足ります" not in words(browser.read(address))
    assert "これで足ります" in words(other.read(address))
    assert "これで足ります" not in words(reader.read(address))
    assert reader.get(reports[0]).status_code == 404
    place = written(address, "wanted-app")
    operator.send(f"{place}/hide", REASON)
    assert browser.get(address).status_code == 404
    assert other.post(f"{address}/vote").status_code == 404
    assert "道路の期限管理" not in words(browser.read("/wanted"))
    assert "運営者が非表示にしています" in words(reader.read(address))
    operator.send(f"{place}/show", REASON)
    assert "道路の期限管理" in words(browser.read("/wanted"))


def test_a_version_of_anybody_is_withdrawn_as_by_the_operator(operator, world, sign_in, browser, session):
    world.release()
    sign_in("admin", PUBLISHER)
    place = operator.read(PAGE).find("a", href=lambda href: href.startswith("/operator/templates/"))["href"]
    operator.send(f"{place}/withdraw", {"number": "1.0.0", "reason": ""}, 422)
    operator.send(f"{place}/withdraw", {"number": "9.0.0", **REASON}, 404)
    operator.send(f"{place}/withdraw", {"number": "1.0.0", **REASON})
    operator.send(f"{place}/withdraw", {"number": "1.0.0", "reason": "二度目"})
    page = words(browser.read(PAGE))
    assert "サービスの運営者が停止しました。" in page
    assert REASON["reason"] in page
    assert "二度目" not in page
    logged = select(AuditEvent.municipality_code).where(AuditEvent.act == "version.withdrawn")
    assert sorted(session.scalars(logged)) == [PUBLISHER, OPERATOR_CODE]
    assert [mail.purpose for mail in letters(session)] == ["version-withdrawn"]


def test_a_withdrawal_by_the_publisher_is_not_shown_as_the_operator_s(world, sign_in, browser):
    world.release()
    sign_in("admin", PUBLISHER).send(f"{PAGE}/versions/1.0.0/withdrawal", {"reason": "誤りのため"})
    assert "運営者" not in words(browser.read(PAGE))


def test_the_reporter_reads_the_outcome_by_mail(operator, world, sign_in, session):
    world.release()
    reader = sign_in("reader", MIHON)
    reader.send(world.tell(title="集計").replace("/stories", "/reports/story"), TOLD)
    report = operator.read("/operator/reports").select_one("tbody a")["href"]
    operator.send(f"{report}/settle", {"outcome": "removed", "note": "非表示にしました。"})
    [letter] = letters(session)
    assert letter.purpose == "report-settled"
    body = operator.application.ports.vault.unseal(letter.sealed_body)
    assert "非表示にしました。" in body
    assert "公開を停止した、または非表示にした" in body


@pytest.mark.parametrize(("role", "code"), [("admin", PUBLISHER), ("admin", MIHON), ("publisher", OPERATOR_CODE)])
def test_nobody_else_hides_or_withdraws(world, sign_in, browser, role, code):
    world.release()
    places = [written(world.tell(), "story"), f"/operator/templates/{PUBLISHER}/{SLUG}"]
    for somebody, status in ((sign_in(role, code), 403), (browser, 401)):
        assert {somebody.get(place).status_code for place in places} == {status}
        for act in (f"{places[0]}/hide", f"{places[0]}/show", f"{places[1]}/withdraw"):
            assert somebody.post(act, data={"number": "1.0.0", **REASON}).status_code == status, act
    assert browser.read(PAGE).find("a", href=lambda href: href.startswith("/operator")) is None


@pytest.mark.parametrize("path", ["story/aaaaaaaaaaaaaaaa", "template/aaaaaaaaaaaaaaaa", "x/y", "review/%00"])
def test_what_is_not_there_can_t_be_hidden(operator, path):
    assert operator.get(f"/operator/written/{path}").status_code == 404
    assert operator.post(f"/operator/written/{path}/hide", data=REASON).status_code == 404
