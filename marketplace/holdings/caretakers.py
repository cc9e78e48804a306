"""Who looks after what the municipality holds: whoever made it, until it is handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, null, select

from marketplace.audit.queries import find_latest_actors
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.community.models import Story
from marketplace.exports.models import UNDER_WAY as EXPORTS_UNDER_WAY
from marketplace.exports.models import Export
from marketplace.holdings.models import Caretaker, KeptKind
from marketplace.holdings.overview import is_dealt_with
from marketplace.installs.models import UNDER_WAY, Import, ImportState
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.publishing.models import Draft, DraftState
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.models import ApiToken, Workspace

MADE_BY: Mapping[KeptKind, tuple[str, ...]] = {
    KeptKind.WORKSPACE: ("workspace.created", "workspace.connected", "workspace.credentials-replaced"),
    KeptKind.TOKEN: ("token.issued",),
    KeptKind.IMPORT: ("import.started", "import.resumed"),
}
"""Acts of the log that tell who made a thing, where its own row does not."""


@dataclass(frozen=True, slots=True)
class KeptThing:
    """One thing of the municipality, and who looks after it."""

    kind: KeptKind
    id: str
    name: Text
    detail: str
    """The login of a kintone, the id of a template, the name of a workspace; empty where there is nothing to tell."""
    person_id: str | None
    """None where nobody is known, as for what a program made."""


def list_kept(ctx: Context, code: str) -> list[KeptThing]:
    """Return all that somebody looks after, by a known number of statements; for those who have checked the caller."""
    handed = select(Caretaker.kind, Caretaker.subject_id, Caretaker.person_id).where(
        Caretaker.municipality_code == code
    )
    given = {(row.kind, row.subject_id): row.person_id for row in ctx.session.execute(handed)}
    made = find_latest_actors(ctx.session, [act for acts in MADE_BY.values() for act in acts], municipality_code=code)
    return [
        KeptThing(
            kind,
            row.id,
            Text(row.ja, row.en),
            row.detail or "",
            given.get((kind, row.id)) or row.person or (made.get(f"{kind}:{row.id}") if kind in MADE_BY else None),
        )
        for kind, wanted in _queries(code, ctx)
        for row in ctx.session.execute(wanted)
    ]


def _queries(code: str, ctx: Context) -> Iterator[tuple[KeptKind, Select[*tuple[Any, ...]]]]:
    """Return how each kind is read: id, names, detail, and the person whom its row names."""
    yield KeptKind.WORKSPACE, _workspaces(code)
    tokens = _thing(ApiToken.id, ApiToken.name, ApiToken.name, literal(""), null()).where(
        ApiToken.municipality_code == code, ApiToken.revoked_at.is_(None), ApiToken.expires_at > ctx.now()
    )
    yield KeptKind.TOKEN, tokens.order_by(ApiToken.created_at, ApiToken.id)
    yield KeptKind.TEMPLATE, _templates(code)
    author = func.coalesce(Draft.author_id, Draft.created_by)
    drafts = _thing(Draft.id, Draft.name_ja, Draft.name_en, Draft.number, author).where(
        Draft.municipality_code == code, Draft.state == DraftState.OPEN
    )
    yield KeptKind.DRAFT, drafts.order_by(Draft.created_at, Draft.id)
    stories = _thing(Story.id, Story.title, Story.title, literal(""), Story.written_by)
    yield KeptKind.STORY, stories.where(Story.municipality_code == code).order_by(Story.created_at, Story.id)
    yield KeptKind.IMPORT, _imports(code)
    exports = (
        _thing(
            Export.id, func.coalesce(Export.slug, ""), func.coalesce(Export.slug, ""), Workspace.name, Export.asked_by
        )
        .join(Workspace, Workspace.id == Export.workspace_id)
        .where(Export.municipality_code == code, Export.state.in_(EXPORTS_UNDER_WAY))
    )
    yield KeptKind.EXPORT, exports.order_by(Export.created_at, Export.id)


def _thing(identifier: Any, ja: Any, en: Any, detail: Any, person: Any) -> Select[*tuple[Any, ...]]:
    return select(
        identifier.label("id"), ja.label("ja"), en.label("en"), detail.label("detail"), person.label("person")
    )


def _workspaces(code: str) -> Select[*tuple[Any, ...]]:
    return (
        _thing(Workspace.id, Workspace.name, Workspace.name, Connection.login, null())
        .outerjoin(Connection, Connection.workspace_id == Workspace.id)
        .where(Workspace.municipality_code == code, Workspace.closed_at.is_(None))
        .order_by(Workspace.created_at, Workspace.id)
    )


def _templates(code: str) -> Select[*tuple[Any, ...]]:
    latest = TemplateVersion
    return (
        _thing(Template.id, Template.name_ja, Template.name_en, Template.slug, latest.released_by)
        .join(latest, latest.id == Template.latest_version_id)
        .where(Template.publisher_code == code)
        .order_by(Template.slug)
    )


def _imports(code: str) -> Select[*tuple[Any, ...]]:
    return (
        _thing(Import.id, Template.name_ja, Template.name_en, Workspace.name, null())
        .join(Template, Template.id == Import.template_id)
        .join(Workspace, Workspace.id == Import.workspace_id)
        .where(Import.municipality_code == code, Workspace.closed_at.is_(None))
        .where(Import.state.in_((*UNDER_WAY, ImportState.FAILED)), ~is_dealt_with())
        .order_by(Import.created_at, Import.id)
    )
