"""Installing a template: the form, the plan, the progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from marketplace.catalog import queries as catalog
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.installs import leftovers, queries, services
from marketplace.installs.call_history import calls_of_steps
from marketplace.installs.errors import SpaceUnusableError
from marketplace.installs.models import UNDER_WAY
from marketplace.installs.plan import Plan, make_plan
from marketplace.installs.receipt import make_receipt
from marketplace.installs.survey.looking import survey_plan
from marketplace.kernel.actor import Permission
from marketplace.web.check_page import may_check
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.install_form import InstallForm, by_control, offered_with, read_order, show_form
from marketplace.web.install_pages import ImportPage, show_import
from marketplace.web.outside_pages import show_outside
from marketplace.web.placeholder_fields import PlaceholderField
from marketplace.web.plan_page import show_plan, with_unknown_codes
from marketplace.web.receipt_page import show_receipt
from marketplace.workspaces import queries as workspaces

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_installs", __name__)


@pages.get("/templates/<publisher>/<slug>/install")
def new(publisher: str, slug: str) -> ResponseReturnValue:
    """Ask where and how to install."""
    offered = _offer(publisher, slug, request.args)
    first = offered.workspaces[0][0] if offered.workspaces else ""
    values = dict(offered.defaults) | {
        "workspace_id": request.args.get("workspace_id", first),
        "version": request.args.get("version", ""),
        "sample_records": "yes",
    }
    return _render(offered, filled(**values), None)


@pages.post("/templates/<publisher>/<slug>/install")
def create(publisher: str, slug: str) -> ResponseReturnValue:
    """Show the form for what was chosen, show the plan, or start what the plan showed."""
    ctx, order = context(), read_order(publisher, slug, request.form)
    workspace_id, act = request.form.get("workspace_id", ""), request.form.get("act")
    plan, error = None, None
    if act != "choose":
        with attempt() as tried:
            if act == "start":
                started = services.start_import(ctx, workspace_id, order)
                return redirect(f"/imports/{started.id}", 303)
            plan = make_plan(ctx, workspace_id, order)
        error = by_control(tried.error, order) if isinstance(tried.error, ValidationError) else tried.error
    if plan is not None:
        # Outside the savepoint: a kintone domain is asked, and no transaction may be open meanwhile.
        try:
            plan = survey_plan(ctx, plan)
        except SpaceUnusableError as unusable:
            plan, error = None, unusable
    offered = _offer(publisher, slug, request.form)
    entered = MultiDict({name: value for name, value in offered.defaults.items() if name not in request.form})
    entered.update(request.form)
    form = refused(error, entered)
    return _render(offered, form if plan is None else with_unknown_codes(form, plan, language()), plan)


def _render(offered: InstallForm, form: FormState, plan: Plan | None) -> ResponseReturnValue:
    shown = None if plan is None else show_plan(plan, language())
    changed = any(form.value_of(one.name) != one.label or form.errors_of(one.name) for one in offered.app_names)
    page = render_template(
        "installs/new.html",
        page=offered,
        form=form,
        plan=shown,
        offered_with=_offered_with,
        are_names_changed=changed,
    )
    return page, form.status


def _offered_with(field: PlaceholderField, code: str) -> list[tuple[str, str]]:
    return offered_with(field, code, language())


def _offer(publisher: str, slug: str, given: MultiDict[str, str]) -> InstallForm:
    """Return the form for a workspace and a version: the first, and the one the template page shows, unless told."""
    ctx = context()
    ctx.actor.own_municipality(Permission.INSTALLS_WRITE)
    detail = catalog.get_template(ctx, publisher, slug)
    numbers = {version.number for version in detail.versions}
    number = given.get("version", "")
    wanted = number if number in numbers else detail.shown.number
    bundle = catalog.load_bundle(ctx, catalog.get_version(ctx, publisher, slug, wanted))
    own = workspaces.list_workspaces(ctx)
    chosen = next((each for each in own if each.id == given.get("workspace_id")), own[0] if own else None)
    return show_form(ctx, detail, bundle, own, chosen)


@pages.get("/imports/<import_id>")
def show(import_id: str) -> ResponseReturnValue:
    """Show how far an import has come."""
    return render_template("installs/show.html", page=page_of(import_id), form=filled())


@pages.get("/imports/<import_id>/steps")
def steps(import_id: str) -> ResponseReturnValue:
    """Return the part of the page that changes, for the page to fetch again and again."""
    return render_template("installs/_steps.html", page=page_of(import_id))


@pages.get("/imports/<import_id>/receipt")
def receipt(import_id: str) -> ResponseReturnValue:
    """Show an import on one sheet, to be printed."""
    ctx = context()
    made = make_receipt(ctx, import_id)
    workspace = workspaces.get_workspace(ctx, made.import_.workspace_id)
    page = show_receipt(made, language(), may_check=may_check(ctx.actor, workspace))
    return render_template("installs/receipt.html", page=page)


@pages.post("/imports/<import_id>/retry")
def retry(import_id: str) -> ResponseReturnValue:
    """Go on with an import that failed, on top of what somebody else has changed if that was the choice."""
    over_changes = request.form.get("act") == "over-changes"
    (services.resume_over_changes if over_changes else services.retry_import)(context(), import_id)
    return redirect(f"/imports/{import_id}", 303)


@pages.post("/imports/<import_id>/cancel")
def cancel(import_id: str) -> ResponseReturnValue:
    """Stop an import."""
    services.cancel_import(context(), import_id)
    return redirect(f"/imports/{import_id}", 303)


@pages.post("/imports/<import_id>/leftovers")
def settle(import_id: str) -> ResponseReturnValue:
    """Delete the apps an import left behind, or note that a person has dealt with them."""
    deal = leftovers.delete_leftovers if request.form.get("act") == "delete" else leftovers.dismiss_leftovers
    dealt_with = deal(context(), import_id)
    return redirect(f"/workspaces/{dealt_with.import_.workspace_id}", 303)


def page_of(import_id: str) -> ImportPage:
    """Return the page of an import."""
    ctx = context()
    progress = queries.get_import(ctx, import_id)
    workspace = workspaces.get_workspace(ctx, progress.import_.workspace_id)
    may_install = ctx.actor.may(Permission.INSTALLS_WRITE, workspace.municipality_code)
    outside = show_outside(ctx, progress.import_, workspace)
    rests = progress.import_.state not in UNDER_WAY
    calls = calls_of_steps(ctx, import_id) if rests else {}
    return show_import(
        progress,
        workspace,
        language(),
        may_install=may_install,
        calls=calls,
        outside=outside,
    )
