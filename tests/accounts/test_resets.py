"""A new password by mail: the same for everybody who asks, once, for half an hour."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.accounts import resets, services
from marketplace.accounts.errors import MailUnavailableError, ResetLinkInvalidError, ResetThrottledError
from marketplace.accounts.models import Guarded, PasswordReset, SignInSession
from marketplace.accounts.sessions import begin_session
from marketplace.accounts.throttle import note_failure
from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import Actor, ActorKind
from marketplace.kernel.mail import LocalOutbox
from marketplace.kernel.signing_in import PublicPlace
from marketplace.kernel.text import Language
from marketplace.mail.models import Mail
from tests.accounts.factories import make_person

NEW = "新しい 合言葉 2026 年度"


@pytest.fixture
def stranger(context_of, ports):
    place = PublicPlace("https://yokoten.example.jp")
    made = context_of(Actor(kind=ActorKind.ANONYMOUS, address="192.0.2.7"))
    return replace(made, ports=replace(ports, mailer=LocalOutbox(), place=place))


def letters(ctx) -> list[tuple[str, str]]:
    kept = ctx.session.scalars(select(Mail).order_by(Mail.written_at, Mail.id))
    return [(mail.recipient, ctx.ports.vault.unseal(mail.sealed_body)) for mail in kept]


def secret_in(body: str) -> str:
    (line,) = [line for line in body.splitlines() if line.startswith("https://yokoten.example.jp/password-reset/")]
    return line.rpartition("/")[2]


def test_the_link_in_the_mail_sets_a_new_password_once_and_ends_every_session(stranger, clock):
    person = make_person(stranger.session)
    begin_session(stranger, person, "")
    assert resets.request_reset(stranger, f" {person.email.upper()}") is None
    ((recipient, body),) = letters(stranger)
    secret = secret_in(body)
    assert recipient == person.email
    assert secret not in stranger.session.scalars(select(PasswordReset.secret_hash)).one()
    clock.advance(minutes=29)
    assert resets.is_reset_open(stranger, secret)
    clock.advance(seconds=1)
    resets.reset_password(stranger, secret, NEW)
    assert services.authenticate(stranger, person.email, NEW).person is person
    assert stranger.session.scalars(select(SignInSession)).all() == []
    with pytest.raises(ResetLinkInvalidError):
        resets.reset_password(stranger, secret, NEW)
    acts = set(stranger.session.scalars(select(AuditEvent.act)))
    assert {"password-reset.requested", "person.password-reset"} <= acts
    assert "変更されました" in letters(stranger)[-1][1]


def test_after_half_an_hour_or_after_another_was_used_the_link_is_dead(stranger, clock):
    person = make_person(stranger.session)
    resets.request_reset(stranger, person.email)
    resets.request_reset(stranger, person.email)
    first, second = (secret_in(body) for _, body in letters(stranger))
    resets.reset_password(stranger, first, NEW)
    assert not resets.is_reset_open(stranger, second)
    clock.advance(seconds=1)
    resets.request_reset(stranger, person.email)
    clock.advance(minutes=30)
    assert not resets.is_reset_open(stranger, secret_in(letters(stranger)[-1][1]))


@pytest.mark.parametrize("case", ["unknown", "disabled", "no address"])
def test_who_asks_for_nobody_hears_the_same_and_nothing_is_written(stranger, case):
    person = make_person(stranger.session, disabled=case == "disabled")
    email = {"unknown": "nobody@example.lg.jp", "no address": "\x00＠"}.get(case, person.email)
    assert resets.request_reset(stranger, email) is None
    assert letters(stranger) == []


def test_asking_is_slowed_down_for_an_address_and_for_a_network_known_or_not(stranger):
    answers = [resets.request_reset(stranger, "nobody@example.lg.jp") for _ in range(4)]
    assert [type(each) for each in answers] == [type(None)] * 3 + [ResetThrottledError]
    for number in range(30):
        note_failure(stranger, f"nobody{number}@example.lg.jp", Guarded.RESET)
    assert isinstance(resets.request_reset(stranger, "other@example.lg.jp"), ResetThrottledError)
    person = make_person(stranger.session)
    assert services.authenticate(stranger, person.email, "wrong").refusal.code == "sign-in-refused"


def test_the_mail_is_in_the_language_of_the_account_else_of_the_page(stranger):
    person = make_person(stranger.session)
    resets.request_reset(replace(stranger, language=Language.EN), person.email)
    person.language = "ja"
    resets.request_reset(replace(stranger, language=Language.EN), person.email)
    assert sorted(body[:4] for _, body in letters(stranger)) == sorted(["Dear", f"{person.name} 様"[:4]])


def test_a_service_that_can_t_send_says_so(context_of):
    with pytest.raises(MailUnavailableError):
        resets.request_reset(context_of(Actor(kind=ActorKind.ANONYMOUS)), "a@example.lg.jp")
