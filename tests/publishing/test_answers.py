"""Findings that may be personal hold a release until somebody else has answered for each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.bundle.model import Bundle
from marketplace.bundle.writing import write_zip
from marketplace.kernel.actor import ANONYMOUS, Actor, ActorKind, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError, UnauthenticatedError
from marketplace.publishing import answers, services
from marketplace.publishing.errors import (
    AnswerInPersonError,
    DraftHasErrorsError,
    DraftNotFoundError,
    FindingNotFoundError,
    FindingsUnansweredError,
    SecondPersonNeededError,
)
from marketplace.publishing.models import AnswerKind, Draft
from marketplace.workspaces.tokens import issue_token
from tests.bundle.factories import make_app, make_bundle, make_field, make_manifest
from tests.catalog_domain.factories import ASAHIKAWA, SHIMOTSUMA, make_actor, make_municipality
from tests.publishing.factories import verify
from tests.publishing.test_scan import MY_NUMBER

ContextOf = Callable[[Actor], Context]


@pytest.fixture
def author(context_of: ContextOf) -> Context:
    ctx = context_of(make_actor())
    verify(ctx, make_municipality(ctx.session))
    make_municipality(ctx.session, SHIMOTSUMA)
    return ctx


@pytest.fixture
def second(context_of: ContextOf, author: Context) -> Context:
    return context_of(make_actor(person_id="second"))


def two_phones(number: str = "1.0.0", first: str = "0166-26-1111") -> Bundle:
    """Make a bundle with two findings."""
    fields = [make_field("SINGLE_LINE_TEXT", code) for code in ("電話", "携帯")]
    record = {"電話": {"value": first}, "携帯": {"value": "090-1234-5678"}}
    manifest = make_manifest("request", version=number)
    return make_bundle({"request": make_app("申請", *fields, records={"records": [record]})}, manifest=manifest)


def upload(ctx: Context, bundle: Bundle) -> Draft:
    return services.upload_draft(ctx, write_zip(bundle))


def waiting(ctx: Context, draft: Draft) -> list[str]:
    listed = answers.list_answers(ctx, draft, answers.findings_of(ctx, draft))
    return [one.finding["held"]["id"] for one in listed if one.answer is None]


def answer_all(ctx: Context, draft: Draft, kind: str = "meant") -> None:
    for finding_id in waiting(ctx, draft):
        answers.answer_finding(ctx, draft.id, {"finding": finding_id, "answer": kind})


def test_a_release_waits_until_a_second_person_has_answered_each_finding(author: Context, second: Context) -> None:
    draft = upload(author, two_phones())
    first, other = waiting(author, draft)
    assert not draft.can_be_released
    answer = answers.answer_finding(second, draft.id, {"finding": first, "answer": "fictitious"})
    assert (answer.answer, answer.answered_by, answer.answered_at) == (AnswerKind.FICTITIOUS, "second", second.now())
    with pytest.raises(FindingsUnansweredError) as refused:
        services.release_draft(author, draft.id)
    assert [finding["held"]["id"] for finding in refused.value.details] == [other]
    answer_all(second, draft)
    assert draft.can_be_released
    assert services.release_draft(author, draft.id).number == "1.0.0"


def test_answers_are_audited_without_the_value(author: Context, second: Context) -> None:
    draft = upload(author, two_phones())
    answer_all(second, draft)
    events = list(author.session.scalars(select(AuditEvent).where(AuditEvent.act == "finding.answered")))
    assert [(event.actor_id, event.subject_id, event.facts["answer"]) for event in events] == [
        ("second", draft.id, "meant")
    ] * 2
    assert "0166" not in str([event.facts for event in events])


def test_the_author_can_not_answer_and_another_release_by_the_answerer_needs_somebody_else(
    author: Context, second: Context
) -> None:
    draft = upload(author, two_phones())
    with pytest.raises(SecondPersonNeededError):
        answer_all(author, draft)
    answer_all(second, draft)
    own = upload(second, two_phones("1.0.1"))
    assert len(waiting(second, own)) == 2
    answer_all(author, own)
    assert own.can_be_released


def test_answers_are_carried_over_to_what_is_the_same(author: Context, second: Context) -> None:
    answer_all(second, upload(author, two_phones()))
    assert waiting(author, upload(author, two_phones("1.0.1"))) == []
    assert len(waiting(author, upload(author, two_phones("1.0.2", first="0166-26-2222")))) == 1


def test_answering_in_one_draft_frees_the_other_one_too(author: Context, second: Context) -> None:
    first, other = upload(author, two_phones()), upload(author, two_phones("1.0.1"))
    answer_all(second, first)
    assert other.can_be_released


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (ANONYMOUS, UnauthenticatedError),
        (make_actor(ASAHIKAWA, Permission.WORKSPACES_READ, person_id="reader"), ForbiddenError),
        (make_actor(SHIMOTSUMA, person_id="stranger"), DraftNotFoundError),
        (
            Actor(ActorKind.TOKEN, token_id="t", municipality_code=ASAHIKAWA, permissions=frozenset(Permission)),
            AnswerInPersonError,
        ),
    ],
)
def test_only_people_who_publish_for_the_municipality_answer(
    author: Context, context_of: ContextOf, actor: Actor, refusal: type[Exception]
) -> None:
    draft = upload(author, two_phones())
    [finding_id, _] = waiting(author, draft)
    with pytest.raises(refusal):
        answers.answer_finding(context_of(actor), draft.id, {"finding": finding_id, "answer": "meant"})


def test_a_token_stands_for_the_person_who_issued_it(author: Context, context_of: ContextOf, second: Context) -> None:
    issued = issue_token(author, {"name": "CI", "scopes": ["templates:publish"]}).token
    scopes = frozenset({Permission.TEMPLATES_PUBLISH})
    program = context_of(Actor(ActorKind.TOKEN, token_id=issued.id, municipality_code=ASAHIKAWA, permissions=scopes))
    draft = upload(program, two_phones())
    with pytest.raises(SecondPersonNeededError):
        answer_all(author, draft)
    answer_all(second, draft)
    assert services.release_draft(program, draft.id)


def test_a_my_number_can_not_be_answered_away(author: Context, second: Context) -> None:
    draft = upload(author, two_phones(first=MY_NUMBER))
    answer_all(second, draft)
    [error] = draft.errors
    with pytest.raises(FindingNotFoundError):
        answers.answer_finding(second, draft.id, {"finding": error["held"]["id"], "answer": "fictitious"})
    with pytest.raises(DraftHasErrorsError):
        services.release_draft(author, draft.id)


@pytest.mark.parametrize("data", [{}, {"finding": "x"}, {"finding": "x", "answer": "yes"}])
def test_an_answer_is_one_of_two(author: Context, second: Context, data: dict[str, str]) -> None:
    draft = upload(author, two_phones())
    with pytest.raises(ValidationError):
        answers.answer_finding(second, draft.id, data)


def test_a_draft_from_before_the_scan_is_scanned_when_it_is_looked_at_and_released(
    author: Context, second: Context
) -> None:
    draft = upload(author, two_phones())
    draft.findings, draft.scan_rules, draft.unanswered = [], None, 0
    author.session.flush()
    with pytest.raises(FindingsUnansweredError):
        services.release_draft(author, draft.id)
    answer_all(second, draft)
    assert services.release_draft(author, draft.id)
