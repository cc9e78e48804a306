"""The municipality at a glance: how much it holds of each kind, and what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Person
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.community.models import Story
from marketplace.holdings.policy import require_insider
from marketplace.installs.models import Import, ImportState, Installation, SettledLeftovers
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Invitation, Membership
from marketplace.publishing.models import Draft, DraftState
from marketplace.workspaces.models import ApiToken, Workspace

MOST_SHOWN = 5
"""Of each kind of what waits; a list of its own shows the rest."""
SOON = timedelta(days=30)
"""A token that ends within this time is to be replaced."""
NO_COUNT: ColumnElement[int] = literal_column("0")


class Holding(StrEnum):
    """The kinds of what is counted."""

    MEMBERS = "members"
    WORKSPACES = "workspaces"
    INSTALLATIONS = "installations"
    TEMPLATES = "templates"
    DRAFTS = "drafts"
    STORIES = "stories"
    TOKENS = "tokens"


class Waiting(StrEnum):
    """The kinds of what waits for somebody."""

    DRAFT = "draft"
    """Findings wait for the answer of a second person."""
    UPDATE = "update"
    """A template was installed in a version that is not the newest."""
    IMPORT = "import"
    """An import failed, and nothing was done about it since."""
    INVITATION = "invitation"
    TOKEN = "token"  # noqa: S105 - a kind of thing, not a secret


@dataclass(frozen=True, slots=True)
class WaitingThing:
    """One thing that waits."""

    id: str
    """Of an update it is that of the workspace."""
    name: Text
    detail: str
    """The version, the workspace, or whoever sent it."""
    since: datetime
    """Since when it waits or, of what runs out, until when it counts."""
    count: int = 0
    """Of findings."""


@dataclass(frozen=True, slots=True)
class WaitingList:
    """What waits of one kind: how many in all, and the first of them."""

    kind: Waiting
    total: int
    first: tuple[WaitingThing, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What a member may see of their municipality at a glance."""

    counts: dict[Holding, int]
    waiting: tuple[WaitingList, ...]


def get_overview(ctx: Context) -> Overview:
    """Return counts and what waits, as far as the caller may deal with it; one statement each, however much there is.

    Raises UnauthenticatedError or ForbiddenError.
    """
    code = require_insider(ctx.actor)
    queries = {
        Waiting.DRAFT: (Permission.TEMPLATES_PUBLISH, _drafts(code)),
        Waiting.IMPORT: (Permission.INSTALLS_WRITE, _imports(code)),
        Waiting.UPDATE: (Permission.WORKSPACES_READ, _updates(code)),
        Waiting.INVITATION: (Permission.MEMBERS_MANAGE, _invitations(code)),
        Waiting.TOKEN: (Permission.TOKENS_MANAGE, _tokens(code, ctx.now())),
    }
    lists = (_first(ctx, kind, wanted) for kind, (needed, wanted) in queries.items() if ctx.actor.may(needed, code))
    return Overview(_count(ctx, code), tuple(each for each in lists if each.total))


def _count(ctx: Context, code: str) -> dict[Holding, int]:
    may = ctx.actor.may
    counted: dict[Holding, Select[int]] = {
        Holding.MEMBERS: select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.municipality_code == code, Person.disabled_at.is_(None)),
        Holding.WORKSPACES: select(func.count()).where(
            Workspace.municipality_code == code, Workspace.closed_at.is_(None)
        ),
        Holding.INSTALLATIONS: select(func.count())
        .select_from(Installation)
        .join(Workspace, Workspace.id == Installation.workspace_id)
        .where(Installation.municipality_code == code, Workspace.closed_at.is_(None)),
        Holding.TEMPLATES: select(func.count()).where(
            Template.publisher_code == code, Template.latest_version_id.is_not(None)
        ),
        Holding.STORIES: select(func.count()).where(Story.municipality_code == code),
    }
    if may(Permission.TEMPLATES_PUBLISH, code):
        counted[Holding.DRAFTS] = select(func.count()).where(
            Draft.municipality_code == code, Draft.state == DraftState.OPEN
        )
    if may(Permission.TOKENS_MANAGE, code):
        counted[Holding.TOKENS] = select(func.count()).where(*_usable(code, ctx.now()))
    row = ctx.session.execute(select(*(each.scalar_subquery() for each in counted.values()))).one()
    return dict(zip(counted, row, strict=True))


def _first(ctx: Context, kind: Waiting, wanted: Select[*tuple[Any, ...]]) -> WaitingList:
    rows = ctx.session.execute(wanted.add_columns(func.count().over()).limit(MOST_SHOWN)).all()
    things = tuple(
        WaitingThing(identifier, Text(ja, en), detail, since, count)
        for identifier, ja, en, detail, since, count, _ in rows
    )
    return WaitingList(kind, rows[0][-1] if rows else 0, things)


def _drafts(code: str) -> Select[*tuple[Any, ...]]:
    return (
        select(Draft.id, Draft.name_ja, Draft.name_en, Draft.number, Draft.created_at, Draft.unanswered)
        .where(Draft.municipality_code == code, Draft.state == DraftState.OPEN, Draft.unanswered > 0)
        .order_by(Draft.created_at, Draft.id)
    )


def _updates(code: str) -> Select[*tuple[Any, ...]]:
    installed, latest = aliased(TemplateVersion), aliased(TemplateVersion)
    return (
        select(Workspace.id, Template.name_ja, Template.name_en, latest.number, latest.released_at, NO_COUNT)
        .select_from(Installation)
        .join(Workspace, Workspace.id == Installation.workspace_id)
        .join(Template, Template.id == Installation.template_id)
        .join(installed, installed.id == Installation.version_id)
        .join(latest, latest.id == Template.latest_version_id)
        .where(Installation.municipality_code == code, Workspace.closed_at.is_(None))
        .where(latest.precedence > installed.precedence)
        .order_by(latest.released_at, Installation.id)
    )


def _imports(code: str) -> Select[*tuple[Any, ...]]:
    return (
        select(Import.id, Template.name_ja, Template.name_en, Workspace.name, _when_it_stopped(), NO_COUNT)
        .join(Workspace, Workspace.id == Import.workspace_id)
        .join(Template, Template.id == Import.template_id)
        .where(Import.municipality_code == code, Import.state == ImportState.FAILED, Workspace.closed_at.is_(None))
        .where(~is_dealt_with())
        .order_by(_when_it_stopped(), Import.id)
    )


def is_dealt_with() -> ColumnElement[bool]:
    """Return the condition that an import which failed is nobody's concern any more."""
    later = aliased(Import)
    tried_again = exists().where(
        later.workspace_id == Import.workspace_id,
        later.template_id == Import.template_id,
        later.created_at > Import.created_at,
    )
    return or_(tried_again, exists().where(SettledLeftovers.import_id == Import.id))


def _when_it_stopped() -> ColumnElement[datetime]:
    return func.coalesce(Import.finished_at, Import.created_at)


def _invitations(code: str) -> Select[*tuple[Any, ...]]:
    return (
        select(Invitation.id, Invitation.email, Invitation.email, Person.name, Invitation.expires_at, NO_COUNT)
        .join(Person, Person.id == Invitation.invited_by)
        .where(Invitation.municipality_code == code, Invitation.ending.is_(None))
        .order_by(Invitation.expires_at, Invitation.id)
    )


def _tokens(code: str, now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(ApiToken.id, ApiToken.name, ApiToken.name, literal_column("''"), ApiToken.expires_at, NO_COUNT)
        .where(*_usable(code, now), ApiToken.expires_at <= now + SOON)
        .order_by(ApiToken.expires_at, ApiToken.id)
    )


def _usable(code: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ApiToken.municipality_code == code, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
