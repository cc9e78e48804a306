"""Installing a template: the form, the plan, the progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.catalog import queries as catalog
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.installs import leftovers, queries, services
from marketplace.installs import plan as planning
from marketplace.installs.call_history import calls_of_steps
from marketplace.installs.models import UNDER_WAY
from marketplace.installs.receipt import make_receipt
from marketplace.kernel.actor import Permission
from marketplace.web.forms import filled, refused
from marketplace.web.install_pages import ImportPage, InstallForm, read_order, show_form, show_import, show_plan
from marketplace.web.receipt_page import show_receipt
from marketplace.workspaces import queries as workspaces

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_installs", __name__)


@pages.get("/templates/<publisher>/<slug>/install")
def new(publisher: str, slug: str) -> ResponseReturnValue:
    """Ask where and how to install."""
    offered = _offer(publisher, slug, request.args.get("version"))
    first = offered.workspaces[0][0] if offered.workspaces else ""
    form = filled(
        workspace_id=request.args.get("workspace_id", first),
        version=request.args.get("version", ""),
        sample_records="yes",
    )
    return render_template("installs/new.html", page=offered, form=form, plan=None)


@pages.post("/templates/<publisher>/<slug>/install")
def create(publisher: str, slug: str) -> ResponseReturnValue:
    """Show the plan, or start what the plan showed."""
    ctx, order = context(), read_order(publisher, slug, request.form)
    workspace_id = request.form.get("workspace_id", "")
    plan = None
    with attempt() as tried:
        if request.form.get("act") == "start":
            started = services.start_import(ctx, workspace_id, order)
            return redirect(f"/imports/{started.id}", 303)
        plan = show_plan(planning.make_plan(ctx, workspace_id, order), language())
    offered = _offer(publisher, slug, request.form.get("version"))
    form = refused(tried.error, request.form)
    return render_template("installs/new.html", page=offered, form=form, plan=plan), form.status


def _offer(publisher: str, slug: str, number: str | None) -> InstallForm:
    """Return the form for a version, the one the template page shows unless another is asked for."""
    ctx = context()
    ctx.actor.own_municipality(Permission.INSTALLS_WRITE)
    detail = catalog.get_template(ctx, publisher, slug)
    numbers = {version.number for version in detail.versions}
    chosen = number if number in numbers else detail.shown.number
    bundle = catalog.load_bundle(ctx, catalog.get_version(ctx, publisher, slug, chosen))
    own = [(workspace.id, workspace.name) for workspace in workspaces.list_workspaces(ctx)]
    return show_form(detail, bundle.manifest.placeholders, own, language())


@pages.get("/imports/<import_id>")
def show(import_id: str) -> ResponseReturnValue:
    """Show how far an import has come."""
    return render_template("installs/show.html", page=_page(import_id))


@pages.get("/imports/<import_id>/steps")
def steps(import_id: str) -> ResponseReturnValue:
    """Return the part of the page that changes, for the page to fetch again and again."""
    return render_template("installs/_steps.html", page=_page(import_id))


@pages.get("/imports/<import_id>/receipt")
def receipt(import_id: str) -> ResponseReturnValue:
    """Show an import on one sheet, to be printed."""
    ctx = context()
    made = make_receipt(ctx, import_id)
    workspaces.get_workspace(ctx, made.import_.workspace_id)
    return render_template("installs/receipt.html", page=show_receipt(made, language()))


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


def _page(import_id: str) -> ImportPage:
    ctx = context()
    progress = queries.get_import(ctx, import_id)
    workspace = workspaces.get_workspace(ctx, progress.import_.workspace_id)
    may_install = ctx.actor.may(Permission.INSTALLS_WRITE, workspace.municipality_code)
    rests = progress.import_.state not in UNDER_WAY
    calls = calls_of_steps(ctx, import_id) if rests else {}
    return show_import(progress, workspace, language(), may_install=may_install, calls=calls)
