from __future__ import annotations

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.accounts import services
from marketplace.accounts.errors import EmailTakenError, WrongPasswordError
from marketplace.accounts.models import Person
from marketplace.accounts.queries import find_person, find_person_by_email
from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import ANONYMOUS, Actor, ActorKind
from marketplace.kernel.errors import ForbiddenError, UnauthenticatedError
from marketplace.kernel.text import Text
from tests.accounts.factories import PASSWORD, make_person
from tests.municipalities.factories import MIHON, actor_for


def self_of(person):
    return Actor(kind=ActorKind.PERSON, person_id=person.id, name=person.name)


def test_a_person_is_registered_with_a_normalised_address_and_name(ctx):
    person = services.create_person(ctx, " Ｔａｒｏ＠Example.LG.jp ", " 見本 太郎 ", PASSWORD)
    assert (person.email, person.name) == ("taro@example.lg.jp", "見本 太郎")
    assert find_person_by_email(ctx.session, "TARO@example.lg.jp") is person


def test_the_password_is_kept_only_as_an_argon2_hash(ctx):
    person = services.create_person(ctx, "taro@example.lg.jp", "見本 太郎", PASSWORD)
    assert person.password_hash.startswith("$argon2id$")
    assert PASSWORD not in person.password_hash


def test_an_address_belongs_to_one_person(ctx):
    make_person(ctx.session, email="taro@example.lg.jp")
    with pytest.raises(EmailTakenError):
        services.create_person(ctx, "TARO@EXAMPLE.lg.jp", "見本 次郎", PASSWORD)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "taro",
        "taro@",
        "@example.jp",
        "a b@example.jp",
        "a@b",
        "a@example.jp\nbcc:x@y.jp",
        "a\x00@example.jp",
        "x" * 250 + "@a.jp",
    ],
    ids=repr,
)
def test_what_is_no_address_is_refused(ctx, email):
    with pytest.raises(ValidationError) as refusal:
        services.create_person(ctx, email, "見本 太郎", PASSWORD)
    assert isinstance(refusal.value.messages["email"][0], Text)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "見本\n太郎", "a\x00b"], ids=repr)
def test_a_name_must_be_one_line_of_reasonable_length(ctx, name):
    with pytest.raises(ValidationError) as refusal:
        services.create_person(ctx, "taro@example.lg.jp", name, PASSWORD)
    assert set(refusal.value.messages) == {"name"}


@pytest.mark.parametrize(
    "password",
    ["short-enough", "あいうえおかきくけこさし", "correct horse battery"],
)
def test_twelve_characters_of_any_script_make_a_password(ctx, password):
    assert services.create_person(ctx, "taro@example.lg.jp", "見本 太郎", password)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "elevenchars",
        "password1234",
        "Password1234",
        "ｐａｓｓｗｏｒｄ１２３４",
        "123456789012",
        "abcdefghijklm",
        "aaaaaaaaaaaaaa",
        "abababababab",
        "x1" * 300,
    ],
)
def test_a_weak_or_endless_password_is_refused(ctx, password):
    with pytest.raises(ValidationError) as refusal:
        services.create_person(ctx, "taro@example.lg.jp", "見本 太郎", password)
    assert set(refusal.value.messages) == {"password"}


def test_the_address_is_no_password(ctx):
    with pytest.raises(ValidationError):
        services.create_person(ctx, "taro@example.lg.jp", "見本 太郎", "Taro@example.lg.jp")


def test_all_faults_are_told_at_once(ctx):
    with pytest.raises(ValidationError) as refusal:
        services.create_person(ctx, "taro", "", "short")
    assert set(refusal.value.messages) == {"email", "name", "password"}


def test_an_administrator_registers_colleagues_but_an_installer_does_not(context_of):
    services.create_person(context_of(actor_for("admin", MIHON)), "a@example.lg.jp", "見本 太郎", PASSWORD)
    with pytest.raises(ForbiddenError):
        services.create_person(context_of(actor_for("installer", MIHON)), "b@example.lg.jp", "見本", PASSWORD)


def test_a_stranger_registers_nobody(context_of):
    with pytest.raises(UnauthenticatedError):
        services.create_person(context_of(ANONYMOUS), "a@example.lg.jp", "見本 太郎", PASSWORD)


def test_the_new_password_counts_after_a_change(session, context_of):
    person = make_person(session)
    ctx = context_of(self_of(person))
    services.change_password(ctx, PASSWORD, "新しい 合言葉 2026 年度")
    assert services.authenticate(ctx, person.email, "新しい 合言葉 2026 年度").person is person
    assert services.authenticate(ctx, person.email, PASSWORD).person is None


def test_a_change_needs_the_present_password(session, context_of):
    person = make_person(session)
    refusal = services.change_password(context_of(self_of(person)), "something else", "新しい 合言葉 2026 年度")
    assert isinstance(refusal, WrongPasswordError)
    assert services.authenticate(context_of(self_of(person)), person.email, PASSWORD).person is person


def test_a_change_to_a_weak_password_is_refused(session, context_of):
    person = make_person(session)
    with pytest.raises(ValidationError):
        services.change_password(context_of(self_of(person)), PASSWORD, "short")


def test_a_disabled_person_is_found_no_more_but_stays_in_the_table(ctx):
    person = make_person(ctx.session)
    services.disable_person(ctx, person.id)
    assert find_person(ctx.session, person.id) is None
    assert ctx.session.get(Person, person.id) is person


def test_only_the_person_or_the_system_disables_an_account(session, context_of):
    person = make_person(session)
    with pytest.raises(ForbiddenError):
        services.disable_person(context_of(actor_for("admin", MIHON)), person.id)
    services.disable_person(context_of(self_of(person)), person.id)
    assert find_person(session, person.id) is None


def test_changes_of_accounts_are_in_the_audit_log_without_secrets(session, ctx, context_of):
    person = services.create_person(ctx, "taro@example.lg.jp", "見本 太郎", PASSWORD)
    services.change_password(context_of(self_of(person)), PASSWORD, "新しい 合言葉 2026 年度")
    services.disable_person(ctx, person.id)
    events = list(session.scalars(select(AuditEvent)))
    assert {event.act for event in events} == {"person.created", "person.password-changed", "person.disabled"}
    assert all(event.facts == {} for event in events)
