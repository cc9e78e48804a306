"""Releases that wait for the operator: which do, what becomes of them, and what happens at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.bundle.model import Bundle
from marketplace.bundle.writing import write_zip
from marketplace.catalog.errors import VersionExistsError
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.queries import get_version
from marketplace.catalog.services import mark_withdrawn
from marketplace.kernel.actor import ANONYMOUS, Actor, ActorKind
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError, UnauthenticatedError
from marketplace.kernel.mail import LocalOutbox
from marketplace.mail.models import Mail
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.roles import PERMISSIONS, Role, permissions_of
from marketplace.operating import drafts
from marketplace.publishing import answers, editing, services
from marketplace.publishing.errors import (
    DraftClosedError,
    DraftHeldError,
    DraftNotFoundError,
    DraftNotHeldError,
    FindingsUnansweredError,
    HeldDraftChangedError,
    OwnDraftHeldError,
)
from marketplace.publishing.models import Draft, DraftHold, DraftState, HoldDecision, HoldReason
from tests.accounts.factories import make_person
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.catalog_domain.factories import ASAHIKAWA, OPERATOR, SHIMOTSUMA, SLUG, make_actor, make_municipality
from tests.municipalities.factories import actor_for, make_member
from tests.publishing.factories import make_draft, verify

ContextOf = Callable[[Actor], Context]
REASON = "個人名らしいサンプルを直してください。"


def operator_actor(person_id: str) -> Actor:
    """An administrator of the operator."""
    granted = permissions_of(Role.ADMIN, OPERATOR_CODE)
    return replace(actor_for("admin", OPERATOR_CODE, person_id), permissions=granted)


@pytest.fixture
def author(context_of: ContextOf) -> Context:
    """Somebody of a municipality that is not verified and has released nothing."""
    ctx = context_of(make_actor())
    make_municipality(ctx.session)
    make_municipality(ctx.session, SHIMOTSUMA)
    return ctx


@pytest.fixture
def operator(context_of: ContextOf) -> Context:
    ctx = context_of(operator_actor("operator"))
    make_municipality(ctx.session, OPERATOR)
    return ctx


def with_script(number: str = "1.0.0", host: str = "collector.mihon-shi.dev") -> Bundle:
    """Make a bundle whose script reaches another host."""
    app = make_app("申請", make_field("SINGLE_LINE_TEXT", "件名"))
    files = {
        "apps/request/files/send.js": f'fetch("https://{host}/in");',
        "CHANGELOG.md": f"# 変更の記録\n\n## {number}\n",
    }
    return make_bundle({"request": app}, version=number, files=files)


def held(ctx: Context, **manifest: object) -> tuple[Draft, DraftHold]:
    draft = make_draft(ctx, **manifest)
    hold = services.release_draft(ctx, draft.id)
    assert isinstance(hold, DraftHold)
    return draft, hold


def seen(draft: Draft, **more: str) -> dict[str, str]:
    return {"digest": draft.digest, **more}


def released(ctx: Context) -> list[TemplateVersion]:
    return list(ctx.session.scalars(select(TemplateVersion)))


def test_the_first_release_of_an_unverified_municipality_waits(author: Context, operator: Context) -> None:
    draft, hold = held(author)
    assert (draft.state, hold.reasons, released(author)) == (DraftState.HELD, [HoldReason.FIRST_RELEASE], [])
    assert author.session.scalar(select(Template)) is None
    assert [one.draft.id for one in drafts.list_held(operator)] == [draft.id]
    version = drafts.release_held(operator, draft.id, seen(draft))
    assert (draft.state, draft.version_id, version.digest) == (DraftState.RELEASED, version.id, draft.digest)
    assert version.released_by == "person"
    assert (drafts.list_held(operator), [one.draft.id for one in drafts.list_decided(operator)]) == ([], [draft.id])


def test_a_later_release_of_the_same_author_need_not_wait_but_that_of_a_new_one(
    author: Context, operator: Context, context_of: ContextOf
) -> None:
    draft, _ = held(author)
    drafts.release_held(operator, draft.id, seen(draft))
    assert isinstance(services.release_draft(author, make_draft(author, slug="second").id), TemplateVersion)
    _, hold = held(context_of(make_actor(person_id="newcomer")), slug="third")
    assert hold.reasons == [HoldReason.NEW_AUTHOR]


def test_after_all_was_withdrawn_the_next_release_waits_again(author: Context, operator: Context) -> None:
    draft, _ = held(author)
    mark_withdrawn(author, drafts.release_held(operator, draft.id, seen(draft)), "誤り")
    assert held(author, slug="second")[1].reasons == [HoldReason.FIRST_RELEASE]


def test_a_draft_that_waits_is_changed_only_after_it_was_taken_back(author: Context, operator: Context) -> None:
    draft, hold = held(author)
    with pytest.raises(DraftHeldError):
        editing.edit_texts(author, draft.id, {"summary": {"ja": "直した概要"}}, draft.digest)
    assert draft.digest == hold.digest
    services.take_back(author, draft.id)
    editing.edit_texts(author, draft.id, {"summary": {"ja": "直した概要"}}, draft.digest)
    again = services.release_draft(author, draft.id)
    assert isinstance(again, DraftHold)
    with pytest.raises(HeldDraftChangedError):
        drafts.release_held(operator, draft.id, {"digest": "0" * 64})
    assert again.digest == draft.digest


def test_whoever_of_the_operator_edited_a_draft_does_not_review_it(
    author: Context, operator: Context, context_of: ContextOf
) -> None:
    draft = make_draft(author)
    helper = replace(author, actor=replace(author.actor, person_id=operator.actor.person_id))
    editing.edit_texts(helper, draft.id, {"summary": {"ja": "直した概要"}})
    services.release_draft(author, draft.id)
    with pytest.raises(OwnDraftHeldError):
        drafts.release_held(operator, draft.id, seen(draft))
    other = context_of(operator_actor("another"))
    assert drafts.release_held(other, draft.id, seen(draft)).digest == draft.digest


@pytest.mark.parametrize("code", [ASAHIKAWA, OPERATOR])
def test_verified_municipalities_and_the_operator_need_not_wait(context_of: ContextOf, code: str) -> None:
    ctx = context_of(make_actor(code))
    municipality = make_municipality(ctx.session, code)
    if code == ASAHIKAWA:
        verify(ctx, municipality)
    assert isinstance(services.release_draft(ctx, make_draft(ctx).id), TemplateVersion)


def answered(ctx: Context, context_of: ContextOf, bundle: Bundle) -> Draft:
    """Upload a bundle and let a second person answer for everything."""
    draft = services.upload_draft(ctx, write_zip(bundle))
    second = context_of(make_actor(person_id="second"))
    for one in answers.list_answers(second, draft, draft.findings):
        answers.answer_finding(second, draft.id, {"finding": one.finding["held"]["id"], "answer": "meant"})
    return draft


def test_a_script_that_reaches_a_host_waits_even_of_the_verified_until_it_was_let_pass_once(
    author: Context, operator: Context, context_of: ContextOf
) -> None:
    verify(author, make_municipality(author.session))
    draft = answered(author, context_of, with_script())
    hold = services.release_draft(author, draft.id)
    assert isinstance(hold, DraftHold)
    assert hold.reasons == [HoldReason.SCRIPT_HOSTS]
    drafts.release_held(operator, draft.id, seen(draft))
    again = answered(author, context_of, with_script("1.0.1"))
    assert isinstance(services.release_draft(author, again.id), TemplateVersion)
    other = answered(author, context_of, with_script("1.0.2", "elsewhere.mihon-shi.dev"))
    assert isinstance(services.release_draft(author, other.id), DraftHold)


def test_what_waits_for_a_second_person_is_not_asked_of_the_operator_first(author: Context) -> None:
    draft = services.upload_draft(author, write_zip(with_script()))
    with pytest.raises(FindingsUnansweredError):
        services.release_draft(author, draft.id)
    assert draft.state is DraftState.OPEN


def test_turned_back_it_is_a_draft_again_with_the_reason_and_may_be_released_anew(
    author: Context, operator: Context
) -> None:
    draft, _ = held(author)
    with pytest.raises(ValidationError):
        drafts.turn_back(operator, draft.id, seen(draft, reason=" "))
    drafts.turn_back(operator, draft.id, seen(draft, reason=REASON))
    assert draft.state is DraftState.OPEN
    assert draft.hold
    assert (draft.hold.decision, draft.hold.reason) == (HoldDecision.TURNED_BACK, REASON)
    assert isinstance(services.release_draft(author, draft.id), DraftHold)
    assert (draft.hold.decision, draft.hold.reason) == (None, "")


def test_the_author_reads_the_outcome_by_mail_as_long_as_they_act_for_the_municipality(
    context_of: ContextOf, operator: Context
) -> None:
    session = operator.session
    make_municipality(session)
    person = make_person(session, email="sakusha@example.jp")
    member = make_member(session, ASAHIKAWA, Role.PUBLISHER, person_id=person.id)
    make_member(session, ASAHIKAWA, person_id=make_person(session, email="kanri@example.jp").id)
    author = context_of(make_actor(person_id=person.id))
    by_mail = replace(operator, ports=replace(operator.ports, mailer=LocalOutbox()))
    draft, _ = held(author)
    drafts.turn_back(by_mail, draft.id, seen(draft, reason=REASON))
    [letter] = session.scalars(select(Mail))
    assert (letter.recipient, letter.purpose) == ("sakusha@example.jp", "draft-turned-back")
    assert REASON in by_mail.ports.vault.unseal(letter.sealed_body)
    services.release_draft(author, draft.id)
    session.delete(member)
    session.flush()
    drafts.release_held(by_mail, draft.id, seen(draft))
    letters = {letter.purpose: letter.recipient for letter in session.scalars(select(Mail))}
    assert letters["draft-released"] == "kanri@example.jp"


def test_of_two_operators_the_second_is_told(author: Context, operator: Context) -> None:
    draft, _ = held(author)
    drafts.release_held(operator, draft.id, seen(draft))
    with pytest.raises(DraftNotHeldError):
        drafts.release_held(operator, draft.id, seen(draft))
    with pytest.raises(DraftNotHeldError):
        drafts.turn_back(operator, draft.id, seen(draft, reason=REASON))
    assert len(released(author)) == 1


@pytest.mark.parametrize("meanwhile", [services.take_back, services.discard_draft])
def test_what_the_author_took_back_meanwhile_is_not_released(
    author: Context, operator: Context, meanwhile: Callable[[Context, str], object]
) -> None:
    draft, hold = held(author)
    meanwhile(author, draft.id)
    assert hold.decision is HoldDecision.TAKEN_BACK
    with pytest.raises(DraftNotHeldError):
        drafts.release_held(operator, draft.id, seen(draft))
    assert released(author) == []


def test_only_what_was_looked_at_is_released(author: Context, operator: Context) -> None:
    draft, _ = held(author)
    for given in ("0" * 64, "x"):
        with pytest.raises(HeldDraftChangedError):
            drafts.release_held(operator, draft.id, {"digest": given})
    draft.digest = services.upload_draft(author, write_zip(make_bundle(slug="other"))).digest
    with pytest.raises(HeldDraftChangedError):
        drafts.release_held(operator, draft.id, seen(draft))
    assert released(author) == []


def test_a_number_that_was_used_meanwhile_is_refused_and_the_draft_still_waits(
    author: Context, operator: Context
) -> None:
    first, _ = held(author)
    second, _ = held(author)
    drafts.release_held(operator, first.id, seen(first))
    with pytest.raises(VersionExistsError), operator.session.begin_nested():
        drafts.release_held(operator, second.id, seen(second))
    assert second.state is DraftState.HELD
    drafts.turn_back(operator, second.id, seen(second, reason=REASON))
    with pytest.raises(VersionExistsError):
        services.release_draft(author, second.id)


def test_while_it_waits_the_author_can_t_change_or_release_it(author: Context) -> None:
    draft, _ = held(author)
    with pytest.raises(DraftHeldError):
        services.release_draft(author, draft.id)
    with pytest.raises(DraftHeldError):
        answers.answer_finding(author, draft.id, {"finding": "x", "answer": "meant"})
    services.take_back(author, draft.id)
    assert draft.state is DraftState.OPEN
    with pytest.raises(DraftNotHeldError):
        services.take_back(author, draft.id)
    services.discard_draft(author, draft.id)
    with pytest.raises(DraftClosedError):
        services.release_draft(author, draft.id)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (ANONYMOUS, UnauthenticatedError),
        (actor_for("admin", SHIMOTSUMA), ForbiddenError),
        (replace(operator_actor("x"), permissions=PERMISSIONS[Role.PUBLISHER]), ForbiddenError),
        (replace(make_actor(OPERATOR_CODE), kind=ActorKind.TOKEN, token_id="t"), ForbiddenError),
        (actor_for("admin", ASAHIKAWA), ForbiddenError),
    ],
    ids=["stranger", "other-municipality", "publisher-of-operator", "token", "author"],
)
def test_nobody_but_the_operator_in_person_decides(
    author: Context, operator: Context, context_of: ContextOf, actor: Actor, refusal: type[Exception]
) -> None:
    draft, _ = held(author)
    ctx = context_of(actor)
    with pytest.raises(refusal):
        drafts.release_held(ctx, draft.id, seen(draft))
    with pytest.raises(refusal):
        drafts.turn_back(ctx, draft.id, seen(draft, reason=REASON))
    for look in (drafts.list_held, drafts.list_decided, drafts.count_held):
        with pytest.raises(refusal):
            look(ctx)
    with pytest.raises(refusal):
        drafts.look_into(ctx, draft.id)
    assert draft.state is DraftState.HELD


def test_another_municipality_can_t_take_it_back(author: Context, context_of: ContextOf) -> None:
    draft, _ = held(author)
    with pytest.raises(DraftNotFoundError):
        services.take_back(context_of(make_actor(SHIMOTSUMA)), draft.id)


def test_the_operator_sees_no_draft_whose_release_was_never_asked_for(author: Context, operator: Context) -> None:
    draft = make_draft(author)
    for look in (drafts.get_held, drafts.look_into):
        with pytest.raises(DraftNotFoundError):
            look(operator, draft.id)
        with pytest.raises(DraftNotFoundError):
            look(operator, "\x00")
    waiting, _ = held(author, slug="other")
    services.take_back(author, waiting.id)
    with pytest.raises(DraftNotHeldError):
        drafts.look_into(operator, waiting.id)


def test_whoever_made_it_or_released_it_does_not_decide(context_of: ContextOf) -> None:
    ctx = context_of(operator_actor("second"))
    make_municipality(ctx.session, OPERATOR)
    author = context_of(make_actor(OPERATOR_CODE, person_id="person"))
    draft = services.upload_draft(author, write_zip(with_script()))
    for one in answers.list_answers(ctx, draft, draft.findings):
        answers.answer_finding(ctx, draft.id, {"finding": one.finding["held"]["id"], "answer": "meant"})
    assert isinstance(services.release_draft(ctx, draft.id), DraftHold)
    for person in ("person", "second"):
        with pytest.raises(OwnDraftHeldError):
            drafts.release_held(context_of(operator_actor(person)), draft.id, seen(draft))
    assert drafts.release_held(context_of(operator_actor("third")), draft.id, seen(draft))


def test_both_logs_tell_what_was_decided_and_the_author_s_not_from_where(author: Context, operator: Context) -> None:
    draft, _ = held(author)
    drafts.turn_back(operator, draft.id, seen(draft, reason=REASON))
    services.release_draft(author, draft.id)
    drafts.release_held(operator, draft.id, seen(draft))
    rows = author.session.scalars(select(AuditEvent).where(AuditEvent.actor_id == "operator"))
    logged = {(row.municipality_code, row.act, bool(row.address)) for row in rows}
    assert logged == {
        (code, act, code == OPERATOR)
        for code in (ASAHIKAWA, OPERATOR)
        for act in ("draft.turned-back", "version.released")
    }
    assert get_version(author, ASAHIKAWA, SLUG, "1.0.0")
