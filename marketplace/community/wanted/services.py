"""Writing, wanting too, answering and settling; what can be found changes in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select

from marketplace.audit.services import record
from marketplace.catalog.errors import TemplateNotFoundError
from marketplace.catalog.models import Template
from marketplace.catalog.queries import find_template
from marketplace.community.policy import may_see_hidden
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
from marketplace.community.wanted.inputs import AnswerInput, ClosingInput, FulfilmentInput, WantedInput
from marketplace.community.wanted.models import WantedAnswer, WantedApp, WantedState, WantedVote
from marketplace.community.wanted.policy import require_owner, require_writer
from marketplace.community.wanted.searchable import VOTES, index_wanted
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality
from marketplace.search import services as search

MAX_OPEN = 50


def write_wanted(ctx: Context, data: Mapping[str, Any]) -> WantedApp:
    """Say what the caller's municipality wants. Raises ValidationError or WantedAppsTooManyError."""
    municipality_code = require_writer(ctx.actor)
    values = WantedInput().load(data)
    _require_room(ctx, municipality_code)
    wanted = WantedApp(
        municipality_code=municipality_code,
        reason="",
        written_by=ctx.actor.person_id,
        created_at=ctx.now(),
        updated_at=ctx.now(),
        **values,
    )
    ctx.session.add(wanted)
    ctx.session.flush()  # it is found under its id
    index_wanted(ctx, wanted)
    _record(ctx, "written", wanted, title=wanted.title)
    return wanted


def rewrite_wanted(ctx: Context, wanted_id: str, data: Mapping[str, Any]) -> WantedApp:
    """Replace what is said of a wanted app. Raises WantedAppNotFoundError, NotFoundError or ValidationError."""
    wanted = _own(ctx, wanted_id)
    for name, value in WantedInput().load(data).items():
        setattr(wanted, name, value)
    wanted.written_by, wanted.updated_at = ctx.actor.person_id, ctx.now()
    index_wanted(ctx, wanted)
    _record(ctx, "rewritten", wanted, title=wanted.title)
    return wanted


def delete_wanted(ctx: Context, wanted_id: str) -> None:
    """Remove a wanted app with its votes and answers. Raises WantedAppNotFoundError or NotFoundError."""
    wanted = _own(ctx, wanted_id)
    for table in (WantedVote, WantedAnswer):
        ctx.session.execute(delete(table).where(table.wanted_id == wanted.id))
    ctx.session.delete(wanted)
    search.remove_entry(ctx, wanted.id)
    _record(ctx, "deleted", wanted, title=wanted.title)


def vote(ctx: Context, wanted_id: str) -> WantedApp:
    """Say that the caller's municipality wants it too; saying it again changes nothing.

    Raises WantedAppNotFoundError, WantedAppOwnError or WantedAppSettledError.
    """
    municipality_code = require_writer(ctx.actor)
    wanted = lock_wanted(ctx, wanted_id)
    if municipality_code == wanted.municipality_code:
        raise WantedAppOwnError
    _require_open(wanted)
    if ctx.session.get(WantedVote, (wanted.id, municipality_code)) is None:
        ctx.session.add(
            WantedVote(
                wanted_id=wanted.id,
                municipality_code=municipality_code,
                voted_by=ctx.actor.person_id,
                voted_at=ctx.now(),
            )
        )
        _count_again(ctx, wanted)
        _record(ctx, "voted", wanted)
    return wanted


def take_vote_back(ctx: Context, wanted_id: str) -> WantedApp:
    """No longer want it too; without a vote nothing changes. Raises WantedAppNotFoundError."""
    municipality_code = require_writer(ctx.actor)
    wanted = lock_wanted(ctx, wanted_id)
    given = ctx.session.get(WantedVote, (wanted.id, municipality_code))
    if given is not None:
        ctx.session.delete(given)
        _count_again(ctx, wanted)
        _record(ctx, "vote-taken-back", wanted)
    return wanted


def answer_wanted(ctx: Context, wanted_id: str, data: Mapping[str, Any]) -> WantedAnswer:
    """Name a template that can be used; the municipality that wants the app may do so itself.

    Raises WantedAppNotFoundError, ValidationError, WantedAppSettledError, TemplateNotFoundError or
    WantedAnswerGivenError.
    """
    municipality_code = require_writer(ctx.actor)
    values = AnswerInput().load(data)
    wanted = lock_wanted(ctx, wanted_id)
    _require_open(wanted)
    template = _template(ctx, *values["template"])
    named = WantedAnswer.wanted_id == wanted.id, WantedAnswer.template_id == template.id
    if ctx.session.scalar(select(WantedAnswer.id).where(*named)) is not None:
        raise WantedAnswerGivenError
    answer = WantedAnswer(
        wanted_id=wanted.id,
        template_id=template.id,
        municipality_code=municipality_code,
        text=values["text"],
        written_by=ctx.actor.person_id,
        created_at=ctx.now(),
    )
    ctx.session.add(answer)
    ctx.session.flush()  # the caller needs its id
    _record(ctx, "answered", wanted, answer=answer.id, template=template.id)
    return answer


def delete_answer(ctx: Context, wanted_id: str, answer_id: str) -> None:
    """Take back an answer of the caller's municipality.

    Raises WantedAppNotFoundError, WantedAnswerNotFoundError (another's too) or WantedAnswerChosenError.
    """
    municipality_code = require_writer(ctx.actor)
    wanted = lock_wanted(ctx, wanted_id)
    answer = _answer(ctx, wanted, answer_id)
    if answer.municipality_code != municipality_code:
        raise WantedAnswerNotFoundError
    if wanted.answer_id == answer.id:
        raise WantedAnswerChosenError
    ctx.session.delete(answer)
    _record(ctx, "answer-deleted", wanted, answer=answer.id)


def fulfil_wanted(ctx: Context, wanted_id: str, data: Mapping[str, Any]) -> WantedApp:
    """Say which answer fulfilled it.

    Raises WantedAppNotFoundError, NotFoundError, WantedAppSettledError, WantedAnswerNotFoundError or ValidationError.
    """
    wanted = _own(ctx, wanted_id)
    values = FulfilmentInput().load(data)
    _require_open(wanted)
    answer = _answer(ctx, wanted, values["answer"])
    wanted.answer_id = answer.id
    _settle(ctx, wanted, WantedState.FULFILLED)
    _record(ctx, "fulfilled", wanted, answer=answer.id, template=answer.template_id)
    return wanted


def close_wanted(ctx: Context, wanted_id: str, data: Mapping[str, Any]) -> WantedApp:
    """No longer want it, with a reason.

    Raises WantedAppNotFoundError, NotFoundError, WantedAppSettledError or ValidationError.
    """
    wanted = _own(ctx, wanted_id)
    values = ClosingInput().load(data)
    _require_open(wanted)
    wanted.reason = values["reason"]
    _settle(ctx, wanted, WantedState.CLOSED)
    _record(ctx, "closed", wanted, reason=wanted.reason)
    return wanted


def reopen_wanted(ctx: Context, wanted_id: str) -> WantedApp:
    """Want it again. Raises WantedAppNotFoundError, NotFoundError, WantedAppOpenError or WantedAppsTooManyError."""
    wanted = _own(ctx, wanted_id)
    if wanted.state is WantedState.OPEN:
        raise WantedAppOpenError
    _require_room(ctx, wanted.municipality_code)
    wanted.state, wanted.answer_id, wanted.reason, wanted.settled_at = WantedState.OPEN, None, "", None
    wanted.updated_at = ctx.now()
    index_wanted(ctx, wanted)
    _record(ctx, "reopened", wanted)
    return wanted


def recount_votes(ctx: Context, wanted_id: str) -> None:
    """Count the votes for a wanted app anew. Raises WantedAppNotFoundError."""
    _count_again(ctx, lock_wanted(ctx, wanted_id))


def lock_wanted(ctx: Context, wanted_id: str) -> WantedApp:
    """Return a wanted app, locked: votes given at once would each miss the other. Raises WantedAppNotFoundError."""
    # An id from outside may hold what PostgreSQL can't.
    usable = wanted_id.isascii() and wanted_id.isalnum()
    found = ctx.session.get(WantedApp, wanted_id, with_for_update=True, populate_existing=True) if usable else None
    if found is None or (found.is_hidden and not may_see_hidden(ctx.actor, found.municipality_code)):
        raise WantedAppNotFoundError
    return found


def _own(ctx: Context, wanted_id: str) -> WantedApp:
    require_writer(ctx.actor)
    wanted = lock_wanted(ctx, wanted_id)
    require_owner(ctx.actor, wanted.municipality_code)
    return wanted


def _answer(ctx: Context, wanted: WantedApp, answer_id: str) -> WantedAnswer:
    usable = answer_id.isascii() and answer_id.isalnum()
    answer = ctx.session.get(WantedAnswer, answer_id) if usable else None
    if answer is None or answer.wanted_id != wanted.id:
        raise WantedAnswerNotFoundError
    if answer.is_hidden and not may_see_hidden(ctx.actor, answer.municipality_code):
        raise WantedAnswerNotFoundError
    return answer


def _template(ctx: Context, publisher: str, slug: str) -> Template:
    template = find_template(ctx, publisher, slug)
    if template is None:
        raise TemplateNotFoundError
    return template


def _require_open(wanted: WantedApp) -> None:
    if wanted.state is not WantedState.OPEN:
        raise WantedAppSettledError


def _require_room(ctx: Context, municipality_code: str) -> None:
    # The municipality is locked, for two may be written at once.
    ctx.session.get_one(Municipality, municipality_code, with_for_update=True)
    opened = select(func.count()).select_from(WantedApp).where(WantedApp.municipality_code == municipality_code)
    if (ctx.session.scalar(opened.where(WantedApp.state == WantedState.OPEN)) or 0) >= MAX_OPEN:
        raise WantedAppsTooManyError(maximum=MAX_OPEN)


def _settle(ctx: Context, wanted: WantedApp, state: WantedState) -> None:
    wanted.state, wanted.settled_at, wanted.updated_at = state, ctx.now(), ctx.now()
    index_wanted(ctx, wanted)


def _count_again(ctx: Context, wanted: WantedApp) -> None:
    ctx.session.flush()  # the votes are counted in the database
    counted = select(func.count()).select_from(WantedVote).where(WantedVote.wanted_id == wanted.id)
    wanted.vote_count = ctx.session.scalar(counted) or 0
    search.set_figures(ctx, wanted.id, {VOTES: wanted.vote_count})


def _record(ctx: Context, act: str, wanted: WantedApp, **facts: object) -> None:
    record(ctx, f"wanted-app.{act}", f"wanted-app:{wanted.id}", **facts)
