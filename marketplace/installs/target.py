"""Where the apps of an import go inside the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from marketplace.bundle.model import JsonObject
from marketplace.installs.errors import SpaceFixedError, SpaceUnusableError, ThreadUnusableError
from marketplace.kernel.context import Context
from marketplace.sandbox import sites
from marketplace.sandbox.caller import NORMAL_PATH, Caller
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.models import Site
from marketplace.sandbox.spaces import queries as spaces
from marketplace.sandbox.spaces.models import Space, Thread
from marketplace.sandbox.spaces.placing import place_new_app
from marketplace.workspaces.models import Workspace
from marketplace.workspaces.people.errors import MembersOnlyError, WorkspaceUserDisabledError
from marketplace.workspaces.people.members import member_caller


@dataclass(frozen=True, slots=True)
class Target:
    """A space, by its number."""

    space: str
    thread: str | None = None
    """None until somebody looks up the first thread of the space."""
    name: str | None = None
    """What the space is called, where that is known."""

    def as_document(self) -> dict[str, str]:
        """Return the target as an import and its first steps keep it."""
        known = {"space": self.space, "thread": self.thread, "name": self.name}
        return {key: value for key, value in known.items() if value is not None}

    @classmethod
    def from_document(cls, document: Mapping[str, str]) -> Target:
        """Read back what as_document wrote."""
        return cls(document["space"], document.get("thread"), document.get("name"))


def settle_target(ctx: Context, workspace: Workspace, wanted: Target | None) -> Target | None:
    """Return the target with what a built-in workspace knows of it; of a kintone domain only the survey can tell.

    Raises SpaceUnusableError, ThreadUnusableError or SpaceFixedError.
    """
    if wanted is None:
        return None
    if workspace.is_outside:
        if workspace.kintone_guest_space:
            raise SpaceFixedError(space=workspace.kintone_guest_space)
        return wanted
    if sites.find_site(ctx.session, workspace.id) is None:
        raise SpaceUnusableError(space=wanted.space)
    return _settle_inside(ctx, workspace, wanted)


def _settle_inside(ctx: Context, workspace: Workspace, wanted: Target) -> Target:
    space_id = int(wanted.space)
    space = next((each for each in list_spaces(ctx, workspace) if each.space_id == space_id), None)
    if space is None:
        raise SpaceUnusableError(space=wanted.space)
    if wanted.thread is not None:
        thread = ctx.session.get(Thread, (workspace.id, int(wanted.thread)))
        if thread is None or thread.space_id != space_id:
            raise ThreadUnusableError(space=wanted.space, thread=wanted.thread)
    return replace(wanted, thread=wanted.thread or str(space.default_thread), name=space.name)


def list_spaces(ctx: Context, workspace: Workspace) -> list[Space]:
    """Return the spaces of a built-in workspace into which the caller may install."""
    if ctx.session.get(Site, workspace.id) is None:
        return []
    try:
        caller = caller_inside(ctx, workspace)
    except (MembersOnlyError, WorkspaceUserDisabledError):
        return []
    return [space for space in spaces.list_spaces(ctx.session, caller) if _takes_apps(ctx, caller, space)]


def caller_inside(ctx: Context, workspace: Workspace) -> Caller:
    """Return who looks at a built-in workspace: the member who asks, else its owner."""
    if ctx.actor.person_id is None:
        return replace(sites.owner(ctx.session, workspace.id), path=NORMAL_PATH)
    return replace(member_caller(ctx, workspace), path=NORMAL_PATH)


def _takes_apps(ctx: Context, caller: Caller, space: Space) -> bool:
    try:
        place_new_app(ctx.session, caller, space.space_id, None)
    except PlatformError:
        return False
    return True


def target_of(document: JsonObject | None) -> Target | None:
    """Return the target that an import keeps."""
    return None if document is None else Target.from_document(document)
