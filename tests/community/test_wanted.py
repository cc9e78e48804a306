from __future__ import annotations

from collections.abc import Callable

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.catalog.errors import TemplateNotFoundError
from marketplace.community.wanted import queries, services
from marketplace.community.wanted.errors import (
    WantedAnswerChosenError,
    WantedAnswerGivenError,
    WantedAnswerNotFoundError,
    WantedAppNotFoundError,
    WantedAppOpenError,
    WantedAppOwnError,
    WantedAppSettledError,
    WantedAppsTooManyError,
)
from marketplace.community.wanted.models import WantedApp, WantedState
from marketplace.community.wanted.queries import WantedFilter, WantedSort
from marketplace.kernel.actor import ANONYMOUS, Actor, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from marketplace.kernel.pages import CursorInvalidError
from tests.catalog_domain.factories import (
    ASAHIKAWA,
    OSAKA,
    SHIMOTSUMA,
    SLUG,
    make_actor,
    make_municipality,
    make_template,
)
from tests.fakes import FixedClock

ContextOf = Callable[[Actor], Context]
ROADS = {
    "title": "道路占用許可の期限管理",
    "text": "許可の期限が近づいたら、担当に知らせてほしい。",
    "category": "kensetsu",
    "department": "道路維持課",
    "month": 3,
}
ANSWER = {"template": f"{ASAHIKAWA}/{SLUG}", "text": "期限の一覧を使えます。"}


@pytest.fixture
def owner(ctx: Context, context_of: ContextOf) -> Context:
    """The municipality that wants something."""
    make_municipality(ctx.session, SHIMOTSUMA)
    return context_of(make_actor(SHIMOTSUMA))


@pytest.fixture
def other(ctx: Context, context_of: ContextOf) -> Context:
    make_municipality(ctx.session, OSAKA)
    return context_of(make_actor(OSAKA))


def titles(ctx: Context, **wanted: object) -> list[str]:
    return [each.title for each in queries.list_wanted(ctx, WantedFilter(**wanted)).page.items]  # type: ignore[arg-type]


@pytest.mark.parametrize("q", ["占用", "期限", "道路維持課", "担当に知らせて", "下妻", "建設"])
def test_a_wanted_app_is_found_by_the_words_of_all_its_texts_at_once(owner: Context, q: str) -> None:
    services.write_wanted(owner, ROADS)
    services.write_wanted(owner, {**ROADS, "title": "猫", "text": "ねこ", "category": "jinji", "department": ""})
    assert titles(owner, q=q)[0] == ROADS["title"]


def test_what_was_said_may_be_rewritten_and_is_found_by_the_new_words_only(owner: Context) -> None:
    wanted = services.write_wanted(owner, ROADS)
    services.rewrite_wanted(owner, wanted.id, {**ROADS, "title": "公園の予約", "text": "予約", "category": "kankyo"})
    assert titles(owner, q="占用") == []
    assert titles(owner, q="公園", categories=["kankyo"]) == ["公園の予約"]
    assert titles(owner, categories=["kensetsu"]) == []


def test_each_municipality_counts_once_and_may_take_it_back(owner: Context, other: Context) -> None:
    wanted = services.write_wanted(owner, ROADS)
    services.vote(other, wanted.id)
    services.vote(other, wanted.id)
    detail = queries.get_wanted(owner, wanted.id)
    assert (detail.vote_count, [each.name for each in detail.voters]) == (1, ["大阪市"])
    services.take_vote_back(other, wanted.id)
    services.take_vote_back(other, wanted.id)
    assert queries.get_wanted(owner, wanted.id).vote_count == 0


def test_a_municipality_counts_for_its_own_already(owner: Context) -> None:
    with pytest.raises(WantedAppOwnError):
        services.vote(owner, services.write_wanted(owner, ROADS).id)


def test_lists_go_by_votes_by_age_and_page_by_page(owner: Context, other: Context, clock: FixedClock) -> None:
    for number in range(3):
        services.write_wanted(owner, {**ROADS, "title": f"{number}番"})
        clock.advance(days=1)
    first = owner.session.scalars(select(WantedApp).where(WantedApp.title == "1番")).one()
    services.vote(other, first.id)
    assert titles(owner, sort=WantedSort.VOTES)[0] == titles(owner)[0] == "1番"
    assert titles(owner, sort=WantedSort.NEWEST) == ["2番", "1番", "0番"]
    page = queries.list_wanted(owner, WantedFilter(sort=WantedSort.NEWEST, limit=2))
    assert page.total == 3
    assert titles(owner, sort=WantedSort.NEWEST, cursor=page.page.next_cursor) == ["0番"]
    with pytest.raises(CursorInvalidError):
        titles(owner, sort=WantedSort.VOTES, cursor=page.page.next_cursor)


def test_an_answer_fulfils_it_until_it_is_opened_again(owner: Context, other: Context, ctx: Context) -> None:
    make_template(ctx)
    wanted = services.write_wanted(owner, ROADS)
    answer = services.answer_wanted(other, wanted.id, ANSWER)
    services.fulfil_wanted(owner, wanted.id, {"answer": answer.id})
    [shown] = queries.get_wanted(owner, wanted.id).answers
    assert (shown.is_chosen, shown.template.slug, shown.municipality.name) == (True, SLUG, "大阪市")
    assert titles(owner, states=[WantedState.FULFILLED]) == [ROADS["title"]]
    with pytest.raises(WantedAppSettledError):
        services.vote(other, wanted.id)
    with pytest.raises(WantedAppSettledError):
        services.close_wanted(owner, wanted.id, {"reason": "もう要らない"})
    with pytest.raises(WantedAnswerChosenError):
        services.delete_answer(other, wanted.id, answer.id)
    services.reopen_wanted(owner, wanted.id)
    with pytest.raises(WantedAppOpenError):
        services.reopen_wanted(owner, wanted.id)
    services.delete_answer(other, wanted.id, answer.id)
    assert titles(owner, states=[WantedState.OPEN]) == [ROADS["title"]]
    assert queries.get_wanted(owner, wanted.id).answers == ()


def test_it_is_closed_with_a_reason(owner: Context) -> None:
    wanted = services.write_wanted(owner, ROADS)
    with pytest.raises(ValidationError):
        services.close_wanted(owner, wanted.id, {"reason": " "})
    services.close_wanted(owner, wanted.id, {"reason": "システムを買いました。"})
    assert queries.get_wanted(owner, wanted.id).reason == "システムを買いました。"
    counts = queries.list_wanted(owner, WantedFilter()).counts
    assert counts["state"] == {"closed": 1}


def test_each_template_is_named_once_and_only_one_that_exists(owner: Context, other: Context, ctx: Context) -> None:
    make_template(ctx)
    wanted = services.write_wanted(owner, ROADS)
    answer = services.answer_wanted(
        other, wanted.id, {**ANSWER, "template": f"https://x.jp/templates/{ASAHIKAWA}/{SLUG}?lang=en"}
    )
    with pytest.raises(WantedAnswerGivenError):
        services.answer_wanted(owner, wanted.id, ANSWER)
    with pytest.raises(TemplateNotFoundError):
        services.answer_wanted(owner, wanted.id, {**ANSWER, "template": "yokoten/nothing"})
    with pytest.raises(WantedAnswerNotFoundError):
        services.delete_answer(owner, wanted.id, answer.id)
    with pytest.raises(WantedAnswerNotFoundError):
        services.fulfil_wanted(owner, wanted.id, {"answer": "a" * 16})


def test_only_the_municipality_that_wants_it_changes_it(owner: Context, other: Context) -> None:
    wanted = services.write_wanted(owner, ROADS)
    acts: list[Callable[[], object]] = [
        lambda: services.rewrite_wanted(other, wanted.id, ROADS),
        lambda: services.delete_wanted(other, wanted.id),
        lambda: services.close_wanted(other, wanted.id, {"reason": "いたずら"}),
        lambda: services.fulfil_wanted(other, wanted.id, {"answer": "a"}),
        lambda: services.reopen_wanted(other, wanted.id),
    ]
    for act in acts:
        with pytest.raises(NotFoundError):
            act()
    assert titles(owner) == [ROADS["title"]]


def test_who_may_not_write_writes_nothing(owner: Context, context_of: ContextOf) -> None:
    wanted = services.write_wanted(owner, ROADS)
    reader = context_of(make_actor(OSAKA, Permission.WORKSPACES_READ))
    for caller, refusal in ((context_of(ANONYMOUS), UnauthenticatedError), (reader, ForbiddenError)):
        for act in (services.vote, services.take_vote_back, services.delete_wanted, services.reopen_wanted):
            with pytest.raises(refusal):
                act(caller, wanted.id)
        for write in (services.rewrite_wanted, services.answer_wanted, services.close_wanted, services.fulfil_wanted):
            with pytest.raises(refusal):
                write(caller, wanted.id, ROADS)
        with pytest.raises(refusal):
            services.write_wanted(caller, ROADS)


def test_what_is_deleted_is_gone_with_its_votes_and_answers(owner: Context, other: Context, ctx: Context) -> None:
    make_template(ctx)
    wanted = services.write_wanted(owner, ROADS)
    services.vote(other, wanted.id)
    services.answer_wanted(other, wanted.id, ANSWER)
    services.delete_wanted(owner, wanted.id)
    assert titles(owner) == []
    for gone in (wanted.id, "a" * 16, "\x00", "あ"):
        with pytest.raises(WantedAppNotFoundError):
            queries.get_wanted(owner, gone)
        with pytest.raises(WantedAppNotFoundError):
            services.vote(other, gone)


def test_a_municipality_has_so_many_open_ones_and_no_more(owner: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_OPEN", 1)
    wanted = services.write_wanted(owner, ROADS)
    with pytest.raises(WantedAppsTooManyError):
        services.write_wanted(owner, ROADS)
    services.close_wanted(owner, wanted.id, {"reason": "済んだ"})
    services.write_wanted(owner, ROADS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "二\n行"},
        {"title": "長" * 81},
        {"text": ""},
        {"text": "長" * 2001},
        {"category": "nothing"},
        {"month": 13},
        {"month": "3月"},
        {"month": True},
        {"department": "\x00"},
        {"answer_id": "x"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(owner: Context, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        services.write_wanted(owner, {**ROADS, **wrong})


def test_every_act_is_in_the_audit_log(owner: Context, other: Context, ctx: Context) -> None:
    make_template(ctx)
    wanted = services.write_wanted(owner, ROADS)
    services.rewrite_wanted(owner, wanted.id, {**ROADS, "month": None})
    services.vote(other, wanted.id)
    services.take_vote_back(other, wanted.id)
    answer = services.answer_wanted(other, wanted.id, ANSWER)
    services.fulfil_wanted(owner, wanted.id, {"answer": answer.id})
    services.reopen_wanted(owner, wanted.id)
    services.delete_answer(other, wanted.id, answer.id)
    services.close_wanted(owner, wanted.id, {"reason": "済んだ"})
    services.delete_wanted(owner, wanted.id)
    acts = owner.session.scalars(select(AuditEvent.act).where(AuditEvent.subject_id == wanted.id)).all()
    expected = "written rewritten voted vote-taken-back answered fulfilled reopened answer-deleted closed deleted"
    assert sorted(act.partition(".")[2] for act in acts) == sorted(expected.split())
