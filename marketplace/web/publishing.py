"""Publishing by upload: the draft with its findings, its release, and the withdrawal of a version."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request

from marketplace.bundle.errors import BundleRefusedError
from marketplace.catalog import queries as catalog
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.kernel.actor import Permission
from marketplace.publishing import answers, queries, services
from marketplace.publishing.errors import DraftHasErrorsError, FindingsUnansweredError
from marketplace.publishing.models import DraftHold
from marketplace.web.catalog_cards import template_address
from marketplace.web.draft_pages import Looked, show_draft, show_draft_row
from marketplace.web.forms import FormState, filled, refused, without_details

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_publishing", __name__)


@pages.get("/publish")
def new() -> ResponseReturnValue:
    """Ask for a bundle."""
    context().actor.own_municipality(Permission.TEMPLATES_PUBLISH)
    return render_template("publishing/new.html", form=filled(), findings=())


@pages.post("/publish")
def create() -> ResponseReturnValue:
    """Keep the upload as a draft, or show why it can't be read."""
    upload = request.files.get("bundle")
    with attempt() as tried:
        draft = services.upload_draft(context(), upload.read() if upload else b"")
        return redirect(f"/drafts/{draft.id}", 303)
    findings = tried.error.findings if isinstance(tried.error, BundleRefusedError) else ()
    form = without_details(refused(tried.error, request.form)) if findings else refused(tried.error, request.form)
    return render_template("publishing/new.html", form=form, findings=findings), form.status


@pages.get("/drafts")
def index() -> ResponseReturnValue:
    """List the drafts, newest first."""
    found = queries.list_drafts(context(), cursor=request.args.get("cursor"))
    rows = [show_draft_row(draft, language()) for draft in found.items]
    following = f"/drafts?cursor={found.next_cursor}" if found.next_cursor else None
    return render_template("publishing/drafts.html", drafts=rows, next_address=following)


@pages.get("/drafts/<draft_id>")
def show(draft_id: str) -> ResponseReturnValue:
    """Show a draft: findings, differences, number."""
    return _render(draft_id, filled())


@pages.post("/drafts/<draft_id>/release")
def release(draft_id: str) -> ResponseReturnValue:
    """Make a draft a version, or show why it can't be one."""
    with attempt() as tried:
        draft = queries.get_draft(context(), draft_id)
        if isinstance(services.release_draft(context(), draft_id), DraftHold):
            return redirect(f"/drafts/{draft_id}", 303)
        return redirect(template_address(draft.municipality_code, draft.slug), 303)
    form = refused(tried.error, request.form)
    if isinstance(tried.error, DraftHasErrorsError | FindingsUnansweredError):
        form = without_details(form)
    return _render(draft_id, form), form.status


@pages.post("/drafts/<draft_id>/take-back")
def take_back(draft_id: str) -> ResponseReturnValue:
    """Let a draft wait for the operator no longer."""
    with attempt() as tried:
        services.take_back(context(), draft_id)
        return redirect(f"/drafts/{draft_id}", 303)
    form = refused(tried.error, request.form)
    return _render(draft_id, form), form.status


@pages.post("/drafts/<draft_id>/answers")
def answer(draft_id: str) -> ResponseReturnValue:
    """Note what a second person says to a finding, and go back to it."""
    finding_id = request.form.get("finding", "")
    with attempt() as tried:
        data = {"finding": finding_id, "answer": request.form.get("answer", "")}
        answers.answer_finding(context(), draft_id, data)
        return redirect(f"/drafts/{draft_id}#finding-{quote(finding_id)}", 303)
    form = refused(tried.error, request.form)
    return _render(draft_id, form), form.status


@pages.post("/drafts/<draft_id>/discard")
def discard(draft_id: str) -> ResponseReturnValue:
    """Give up a draft."""
    services.discard_draft(context(), draft_id)
    return redirect("/drafts", 303)


@pages.get("/templates/<publisher>/<slug>/versions/<number>/withdrawal")
def ask_withdrawal(publisher: str, slug: str, number: str) -> ResponseReturnValue:
    """Ask for the reason of a withdrawal."""
    context().actor.require(Permission.TEMPLATES_PUBLISH, publisher)
    return _render_withdrawal(publisher, slug, number, filled())


@pages.post("/templates/<publisher>/<slug>/versions/<number>/withdrawal")
def withdraw(publisher: str, slug: str, number: str) -> ResponseReturnValue:
    """Hide a version from new installs."""
    with attempt() as tried:
        data = {"reason": request.form.get("reason", "")}
        services.withdraw_version(context(), publisher, slug, number, data)
        return redirect(f"{template_address(publisher, slug)}#versions", 303)
    form = refused(tried.error, request.form)
    return _render_withdrawal(publisher, slug, number, form), form.status


def _render(draft_id: str, form: FormState) -> str:
    ctx = context()
    draft = queries.get_draft(ctx, draft_id)
    findings = answers.findings_of(ctx, draft)
    answered = answers.list_answers(ctx, draft, findings)
    second_people = answers.list_second_people(ctx, answered) if answered else []
    page = show_draft(draft, Looked(findings, answered, second_people, ctx.actor.person_id), language())
    return render_template("publishing/draft.html", page=page, form=form)


def _render_withdrawal(publisher: str, slug: str, number: str, form: FormState) -> str:
    detail = catalog.get_template(context(), publisher, slug)
    catalog.get_version(context(), publisher, slug, number)
    return render_template(
        "publishing/withdraw.html",
        name=detail.name.in_language(language()),
        address=template_address(publisher, slug),
        number=number,
        form=form,
    )
