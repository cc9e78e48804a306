"""Lists the apps of a workspace that one may choose from, as the account or the member sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from marshmallow import Schema
from sqlalchemy import select

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.catalog.inputs import PlainText, at_most
from marketplace.db.unit_of_work import let_go
from marketplace.exports.errors import AppsUnlistedError, NotExportableError
from marketplace.exports.queries import get_exportable_workspace
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.kintone.client import AppSummary, KintoneClient
from marketplace.kintone.errors import KintoneFailure
from marketplace.sandbox import sites
from marketplace.sandbox.apps import AppFilter, list_apps
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.spaces.models import Space
from marketplace.sandbox.spaces.queries import list_spaces
from marketplace.workspaces.domains.credentials import client_of
from marketplace.workspaces.domains.inputs import check_guest_space
from marketplace.workspaces.domains.sentences import explain
from marketplace.workspaces.models import BUILTIN, Workspace
from marketplace.workspaces.people.members import member_caller

MOST_APPS = 200
EVERY = 100_000
"""More than a site holds."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Choices:
    """Apps to choose from: those of one guest space, or those that are in none."""

    apps: tuple[AppSummary, ...]
    is_more: bool
    """Whether there are more than are listed; a part of the name narrows them down."""
    guest_space: str | None
    rooms: tuple[tuple[str, str], ...] | None
    """Number and name of the guest spaces one may look into; None where kintone does not tell."""


class ChoicesQuery(Schema):
    """Which apps are looked for."""

    error_messages = SCHEMA_MESSAGES

    name = PlainText(
        load_default="",
        validate=at_most(LONGEST_NAME),
        error_messages=TEXT_MESSAGES,
        metadata={"description": Text("アプリの名前の一部", "A part of the app's name")},
    )
    guest_space = PlainText(
        load_default="",
        validate=check_guest_space,
        error_messages=TEXT_MESSAGES,
        metadata={"description": Text("ゲストスペースの番号", "Number of a guest space")},
    )


def list_choices(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> Choices:
    """Return apps that may be exported (`data`: ChoicesQuery); no transaction is open while a domain is asked.

    Raises WorkspaceNotFoundError, ForbiddenError, NotExportableError, AppsUnlistedError and ValidationError.
    """
    workspace = get_exportable_workspace(ctx, workspace_id)
    wanted = ChoicesQuery().load(data)
    if workspace.connection is not None:
        client = client_of(ctx.ports, workspace.connection)
        space = workspace.connection.guest_space or wanted["guest_space"] or None
        let_go(ctx.session)
        return _of_domain(KintoneClient(client.transport, guest_space=space), wanted["name"])
    if workspace.kind != BUILTIN:
        raise NotExportableError
    return _of_site(ctx, workspace, wanted["name"], wanted["guest_space"] or None)


def _of_domain(client: KintoneClient, name: str) -> Choices:
    try:
        found = list(islice(client.list_apps(name=name or None), MOST_APPS + 1))
    except KintoneFailure as failure:
        raise AppsUnlistedError(*explain(failure)) from failure
    return Choices(tuple(found[:MOST_APPS]), len(found) > MOST_APPS, client.guest_space, None)


def _of_site(ctx: Context, workspace: Workspace, name: str, room: str | None) -> Choices:
    caller = _caller(ctx, workspace)
    guest = {space.space_id: space.name for space in list_spaces(ctx.session, caller) if space.is_guest}
    every = select(Space.space_id).where(Space.site_id == workspace.id, Space.is_guest.is_(True))
    shut = set(ctx.session.scalars(every)) if room is None else set()
    wanted = AppFilter(name=name or None, space_ids=() if room is None else (int(room),))
    found = list_apps(ctx.session, caller, wanted, limit=EVERY)
    within = [app for app in found if app.space_id not in shut and (room is None or int(room) in guest)]
    listed = tuple(AppSummary(str(app.app_id), app.name, app.code) for app in within[:MOST_APPS])
    rooms = tuple((str(number), called) for number, called in guest.items())
    return Choices(listed, len(within) > MOST_APPS, room, rooms)


def _caller(ctx: Context, workspace: Workspace) -> Caller:
    """Return whose eyes look: the member's own, or the owner's for a token."""
    if ctx.actor.person_id is None:
        return sites.owner(ctx.session, workspace.id)
    return member_caller(ctx, workspace)
