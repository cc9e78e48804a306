"""Starts try-outs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.audit import services as audit
from marketplace.bundle.model import Bundle, PlaceholderKind
from marketplace.catalog import queries as catalog
from marketplace.installs.services import start_import
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ids import hash_secret, new_secret
from marketplace.municipalities.services import lock_owner_of_tryouts
from marketplace.sandbox import sites
from marketplace.sandbox.caller import EVERYONE
from marketplace.tryouts.errors import TryoutsFullError, TryoutsOfAddressError
from marketplace.tryouts.models import Tryout
from marketplace.workspaces.models import TRYOUT, Workspace

VISITOR = "visitor"
VISITOR_NAME = "お試しの利用者"


@dataclass(frozen=True, slots=True)
class NewTryout:
    """A try-out with the secret that opens it, which is kept only as a hash."""

    tryout: Tryout
    secret: str


def start_tryout(ctx: Context, publisher: str, slug: str, version: str | None = None) -> NewTryout:
    """Make a sealed workspace and queue the install of a template with its sample records; anybody may.

    Raises TryoutsFullError, TryoutsOfAddressError, and what catalog.queries.resolve_version raises.
    """
    bundle = catalog.load_bundle(ctx, catalog.resolve_version(ctx, publisher, slug, version))
    owner = lock_owner_of_tryouts(ctx.session)
    _require_room(ctx)
    workspace = Workspace(
        municipality_code=owner.code, name=f"お試し：{bundle.manifest.name.ja}", kind=TRYOUT, created_at=ctx.now()
    )
    ctx.session.add(workspace)
    ctx.session.flush()  # The site takes the workspace's id.
    _make_site(ctx, workspace)
    made, secret = _make_tryout(ctx, workspace)
    as_system = replace(ctx, actor=replace(SYSTEM, address=ctx.actor.address))
    order = {"template": f"{publisher}/{slug}", "version": bundle.manifest.version, "placeholders": _fill(bundle)}
    start_import(as_system, workspace.id, order)
    audit.record(as_system, "tryout.started", f"workspace:{workspace.id}", until=made.expires_at)
    return NewTryout(made, secret)


def _require_room(ctx: Context) -> None:
    """Refuse one try-out too many; those that expired and wait for their removal take up room too."""
    rules = ctx.ports.tryouts
    counted = select(func.count()).select_from(Tryout)
    if (ctx.session.scalar(counted) or 0) >= rules.most:
        raise TryoutsFullError
    living = counted.where(Tryout.address == ctx.actor.address, Tryout.expires_at > ctx.now())
    if (ctx.session.scalar(living) or 0) >= rules.per_address:
        raise TryoutsOfAddressError(most=rules.per_address)


def _make_site(ctx: Context, workspace: Workspace) -> None:
    rules = ctx.ports.tryouts
    sites.create_site(ctx.session, workspace.id, workspace.name, ctx.now(), limits=rules.limits, sealed=True)
    # Without a password, as every user of a try-out: nobody calls its REST API.
    sites.add_user(ctx.session, workspace.id, VISITOR, VISITOR_NAME, None, is_admin=True)


def _make_tryout(ctx: Context, workspace: Workspace) -> tuple[Tryout, str]:
    secret = new_secret()
    made = Tryout(
        workspace_id=workspace.id,
        secret_hash=hash_secret(secret),
        address=ctx.actor.address,
        created_at=ctx.now(),
        expires_at=ctx.now() + timedelta(minutes=ctx.ports.tryouts.minutes),
    )
    ctx.session.add(made)
    ctx.session.flush()  # The next to ask counts it.
    return made, secret


def _fill(bundle: Bundle) -> dict[str, str]:
    """Let the visitor stand in for every person, and everyone for every group, so that a process can be tried."""
    codes = {PlaceholderKind.USER: VISITOR, PlaceholderKind.GROUP: EVERYONE}
    return {each.key: codes[each.kind] for each in bundle.manifest.placeholders if each.kind in codes}
