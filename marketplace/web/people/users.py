"""The users of a workspace: list, CSV, one user's page, and what managers do with them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask import Response, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.sandbox.caller import EVERYONE
from marketplace.sandbox.models import PrincipalKind
from marketplace.sandbox.people import queries as people
from marketplace.sandbox.people import services as sandbox_people
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.people.place import Place, pages, place_of
from marketplace.web.people.rows import Choice, UserRow, in_tree, tree_label, user_address, user_rows
from marketplace.web.rendering import sentence
from marketplace.workspaces.people import members, services

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.kernel.context import Context
    from marketplace.sandbox.models import SiteUser
    from marketplace.workspaces.people.members import Arrivals
    from marketplace.workspaces.people.services import NewPassword

BOM = "\ufeff"
"""By it Excel knows that a CSV is UTF-8."""
RISKY = ("=", "+", "-", "@", "\t", "\r")


@pages.get("/workspaces/<workspace_id>/people")
def index(workspace_id: str) -> ResponseReturnValue:
    """List the users."""
    return _render_list(workspace_id, filled())


@pages.post("/workspaces/<workspace_id>/people")
def create(workspace_id: str) -> ResponseReturnValue:
    """Add a user and show the password, this once."""
    data = {name: request.form.get(name, "") for name in ("code", "name")}
    with attempt() as tried:
        added = services.add_user(context(), workspace_id, {**data, "is_admin": "is_admin" in request.form})
        return _render_list(workspace_id, filled(), secret=added), 201
    form = refused(tried.error, request.form)
    return _render_list(workspace_id, form), form.status


@pages.post("/workspaces/<workspace_id>/people/update")
def update(workspace_id: str) -> ResponseReturnValue:
    """Bring the members' users up to date and tell what changed."""
    return _render_list(workspace_id, filled(), arrivals=members.bring_up_to_date(context(), workspace_id))


@pages.get("/workspaces/<workspace_id>/people.csv")
def export(workspace_id: str) -> ResponseReturnValue:
    """Return the users as a CSV that Excel opens."""
    ctx = context()
    workspace = services.managed_workspace(ctx, workspace_id)
    rows = _rows(ctx, place_of(workspace, "users", language()), request.args.get("q", ""))
    answer = Response(BOM + _csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="users.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.get("/workspaces/<workspace_id>/people/users/<code>")
def show(workspace_id: str, code: str) -> ResponseReturnValue:
    """Show one user."""
    return _render_one(workspace_id, code)


@pages.post("/workspaces/<workspace_id>/people/users/<code>")
def change(workspace_id: str, code: str) -> ResponseReturnValue:
    """Rename a user, and set the rank of one who is no member."""
    data = {"name": request.form.get("name", ""), "is_admin": "is_admin" in request.form}
    with attempt() as tried:
        services.change_user(context(), workspace_id, code, data)
        return _back(workspace_id, code)
    form = refused(tried.error, request.form)
    return _render_one(workspace_id, code, form=form), form.status


@pages.post("/workspaces/<workspace_id>/people/users/<code>/memberships")
def set_memberships(workspace_id: str, code: str) -> ResponseReturnValue:
    """Replace what a user belongs to."""
    with attempt() as tried:
        services.set_standing(
            context(),
            workspace_id,
            code,
            groups=request.form.getlist("groups"),
            organizations=request.form.getlist("organizations"),
            primary=request.form.get("primary"),
        )
        return _back(workspace_id, code)
    form = refused(tried.error, request.form)
    return _render_one(workspace_id, code, form=form), form.status


@pages.post("/workspaces/<workspace_id>/people/users/<code>/password")
def reset_password(workspace_id: str, code: str) -> ResponseReturnValue:
    """Renew a user's password and show it, this once."""
    return _render_one(workspace_id, code, secret=services.renew_password(context(), workspace_id, code))


@pages.post("/workspaces/<workspace_id>/people/users/<code>/disable")
def disable(workspace_id: str, code: str) -> ResponseReturnValue:
    """Keep a user out."""
    services.disable_user(context(), workspace_id, code)
    return _back(workspace_id, code)


@pages.post("/workspaces/<workspace_id>/people/users/<code>/enable")
def enable(workspace_id: str, code: str) -> ResponseReturnValue:
    """Let a user in again."""
    services.enable_user(context(), workspace_id, code)
    return _back(workspace_id, code)


def _back(workspace_id: str, code: str) -> ResponseReturnValue:
    return redirect(user_address(f"/workspaces/{workspace_id}/people", code), 303)


def _render_list(
    workspace_id: str, form: FormState, *, secret: NewPassword | None = None, arrivals: Arrivals | None = None
) -> str:
    ctx = context()
    place = place_of(services.managed_workspace(ctx, workspace_id), "users", language())
    wanted = request.args.get("q", "")
    rows = _rows(ctx, place, wanted)
    return render_template(
        "people/users.html", place=place, form=form, rows=rows, wanted=wanted, secret=secret, arrivals=arrivals
    )


def _rows(ctx: Context, place: Place, wanted: str) -> list[UserRow]:
    site_id = place.workspace_id
    principals = [each for kind in PrincipalKind for each in people.list_principals(ctx.session, site_id, kind)]
    users = people.list_users(ctx.session, site_id, wanted)
    return user_rows(place.address, users, principals, people.list_memberships(ctx.session, site_id))


def _render_one(
    workspace_id: str, code: str, *, form: FormState | None = None, secret: NewPassword | None = None
) -> str:
    ctx = context()
    workspace = services.managed_workspace(ctx, workspace_id)
    user = sandbox_people.changeable_user(ctx.session, workspace.id, code)
    place = place_of(workspace, "users", language())
    own = {(kind, each) for kind, each, member in people.list_memberships(ctx.session, workspace.id) if member == code}
    choices = {kind: _choices(ctx, workspace.id, kind, own) for kind in PrincipalKind}
    return render_template(
        "people/user.html",
        place=place,
        user=user,
        base=user_address(place.address, user.code),
        form=form or _form_of(user),
        secret=secret,
        groups=choices[PrincipalKind.GROUP],
        organizations=choices[PrincipalKind.ORGANIZATION],
        primaries=[("", sentence("なし", "None"))]
        + [(each.value, each.label.strip("　")) for each in choices[PrincipalKind.ORGANIZATION] if each.chosen],
    )


def _form_of(user: SiteUser) -> FormState:
    given = {"name": user.name, "primary": user.primary_organization or ""}
    return filled(**given, **({"is_admin": "yes"} if user.is_admin else {}))


def _choices(ctx: Context, site_id: str, kind: PrincipalKind, own: set[tuple[PrincipalKind, str]]) -> list[Choice]:
    found = in_tree(people.list_principals(ctx.session, site_id, kind))
    return [
        Choice(each.code, tree_label(each, depth), (kind, each.code) in own)
        for each, depth in found
        if not (kind is PrincipalKind.GROUP and each.code == EVERYONE)
    ]


def _csv(rows: list[UserRow]) -> str:
    yes = sentence("はい", "yes")
    out = io.StringIO()
    writer = csv.writer(out)
    heads = [("コード", "Code"), ("名前", "Name"), ("構成員", "Member"), ("管理者", "Administrator"),
             ("利用停止", "Disabled"), ("グループ", "Groups"), ("組織", "Organizations")]  # fmt: skip
    writer.writerow([sentence(*head) for head in heads])
    for row in rows:
        flags = [yes if flag else "" for flag in (row.is_member, row.is_admin, row.is_disabled)]
        cells = [row.code, row.name, *flags, "、".join(row.groups), "、".join(row.organizations)]
        writer.writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(RISKY) else cell
