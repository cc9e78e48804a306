"""Making a template of apps: choose them, see what they need, write the texts, follow the export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request
from marshmallow import ValidationError

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.exports import queries, services
from marketplace.exports.choosing import list_choices
from marketplace.exports.errors import AppsUnlistedError
from marketplace.web.exports.choosing import own_templates, read_chosen, show_choice
from marketplace.web.exports.page import ExportPage, show_export, show_row
from marketplace.web.exports.texts import first_values, read_order, show_texts
from marketplace.web.forms import FormState, filled, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.exports.choosing import Choices
    from marketplace.exports.queries import Survey
    from marketplace.kernel.context import Context

pages = Blueprint("web_exports", __name__)


@pages.get("/workspaces/<workspace_id>/exports")
def index(workspace_id: str) -> ResponseReturnValue:
    """List the exports of a workspace."""
    ctx = context()
    rows = [show_row(view, language()) for view in queries.list_exports(ctx, workspace_id)]
    workspace = queries.get_exportable_workspace(ctx, workspace_id)
    return render_template("exports/list.html", workspace=workspace, exports=rows)


@pages.get("/workspaces/<workspace_id>/exports/new")
def new(workspace_id: str) -> ResponseReturnValue:
    """Let the reader look for apps and choose some."""
    return _render_choice(workspace_id, FormState(request.args))


@pages.post("/workspaces/<workspace_id>/exports")
def create(workspace_id: str) -> ResponseReturnValue:
    """Have the chosen apps surveyed."""
    data = {
        "apps": list(read_chosen(request.form)),
        "slug": request.form.get("slug", ""),
        "guest_space": request.form.get("guest_space") or None,
        "dry_run": True,
    }
    with attempt() as tried:
        started = services.start_export(context(), workspace_id, data)
        return redirect(f"/exports/{started.id}", 303)
    form = refused(tried.error, request.form)
    return _render_choice(workspace_id, form), form.status


@pages.get("/exports/<export_id>")
def show(export_id: str) -> ResponseReturnValue:
    """Show how far an export has come, and its report."""
    return render_template("exports/show.html", page=_page(export_id))


@pages.get("/exports/<export_id>/progress")
def progress(export_id: str) -> ResponseReturnValue:
    """Return the part of the page that changes, for the page to fetch again and again."""
    return render_template("exports/_progress.html", page=_page(export_id))


@pages.post("/exports/<export_id>/cancel")
def cancel(export_id: str) -> ResponseReturnValue:
    """Stop an export."""
    services.cancel_export(context(), export_id)
    return redirect(f"/exports/{export_id}", 303)


@pages.post("/exports/<export_id>/retry")
def retry(export_id: str) -> ResponseReturnValue:
    """Begin a failed export anew."""
    services.retry_export(context(), export_id)
    return redirect(f"/exports/{export_id}", 303)


@pages.get("/exports/<export_id>/texts")
def ask(export_id: str) -> ResponseReturnValue:
    """Ask for the texts of the template."""
    ctx = context()
    survey = queries.get_survey(ctx, export_id)
    return _render_texts(ctx, survey, filled(**first_values(ctx, survey)))


@pages.post("/exports/<export_id>/texts")
def draft(export_id: str) -> ResponseReturnValue:
    """Have the draft made."""
    ctx = context()
    survey = queries.get_survey(ctx, export_id)
    with attempt() as tried:
        started = services.start_export(ctx, survey.export.workspace_id, read_order(survey, request.form))
        return redirect(f"/exports/{started.id}", 303)
    form = refused(tried.error, request.form)
    return _render_texts(ctx, survey, form), form.status


def _page(export_id: str) -> ExportPage:
    ctx = context()
    view = queries.get_export(ctx, export_id)
    workspace = queries.get_exportable_workspace(ctx, view.export.workspace_id)
    return show_export(view, workspace, language())


def _render_choice(workspace_id: str, form: FormState) -> str:
    ctx, spoken = context(), language()
    workspace = queries.get_exportable_workspace(ctx, workspace_id)
    templates = own_templates(ctx, workspace.municipality_code, spoken)
    wanted = {name: form.value_of(name) for name in ("name", "guest_space")}
    found: Choices | None = None
    trouble: tuple[str, ...] = ()
    # No savepoint around it: while a domain is asked, no transaction is open.
    try:
        found = list_choices(ctx, workspace_id, wanted)
    except AppsUnlistedError as error:
        trouble = (error.says(spoken), error.advises(spoken))
    except ValidationError as error:
        form = form if form.refused else refused(error, form.values)
    page = show_choice(workspace, found, form.values, templates, spoken, trouble)
    return render_template("exports/choose.html", page=page, form=form)


def _render_texts(ctx: Context, survey: Survey, form: FormState) -> str:
    workspace = queries.get_exportable_workspace(ctx, survey.export.workspace_id)
    return render_template("exports/texts.html", page=show_texts(survey, workspace, language()), form=form)
