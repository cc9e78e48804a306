"""The editor of a draft: all its texts in one form, with a preview; nothing typed is lost, whatever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from marketplace.catalog.inputs import is_plain
from marketplace.edge.app import writes_when
from marketplace.edge.attempt import attempt
from marketplace.edge.bodies import takes_long_texts
from marketplace.edge.context import context, language
from marketplace.publishing import answers, editing, queries
from marketplace.publishing.errors import DraftChangedError, DraftClosedError
from marketplace.publishing.proposing import propose_number
from marketplace.publishing.texts import texts_of
from marketplace.web.draft_controls import at_controls, texts_in, values_of
from marketplace.web.draft_editor_page import merge_saved, show_editor
from marketplace.web.draft_preview import show_previews
from marketplace.web.forms import FormState, refused
from marketplace.web.pictures import answer_picture

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.bundle.model import Bundle
    from marketplace.publishing.models import Draft

pages = Blueprint("web_draft_editor", __name__)


@pages.get("/drafts/<draft_id>/edit")
def edit(draft_id: str) -> ResponseReturnValue:
    """Show the texts of a draft as they are, the number as it should be."""
    draft, bundle = _open(draft_id)
    values = values_of(texts_of(bundle))
    values["revision"] = draft.digest
    values["version"] = propose_number(context(), draft.municipality_code, bundle).number
    return _render(draft, bundle, FormState(values))


@pages.post("/drafts/<draft_id>/edit")
@takes_long_texts
def save(draft_id: str) -> ResponseReturnValue:
    """Save the texts and have them checked, or show beside each what is wrong with it."""
    typed = _typed()
    draft, bundle = _open(draft_id)
    texts = texts_of(bundle)
    with attempt() as tried:
        editing.edit_texts(context(), draft_id, texts_in(typed, texts), typed.get("revision", ""))
        return redirect(f"/drafts/{draft_id}", 303)
    form = refused(at_controls(tried.error, texts), typed)
    if isinstance(tried.error, DraftChangedError):
        return _render_late(draft_id, form), form.status
    return _render(draft, bundle, form), form.status


@pages.post("/drafts/<draft_id>/preview")
@takes_long_texts
@writes_when(lambda: False)
def preview(draft_id: str) -> ResponseReturnValue:
    """Show what the typed texts will look like, beside the form; nothing is saved."""
    typed = _typed()
    draft, bundle = _open(draft_id)
    if "HX-Request" in request.headers:
        return render_template("publishing/_preview.html", previews=show_previews(draft_id, bundle, typed))
    return _render(draft, bundle, FormState(typed), is_previewed=True)


@pages.get("/drafts/<draft_id>/images/<path:name>")
def picture(draft_id: str, name: str) -> ResponseReturnValue:
    """Serve a picture of a draft to those who may see the draft."""
    ctx = context()
    bundle = editing.load_draft_bundle(ctx, queries.get_draft(ctx, draft_id))
    response = answer_picture(bundle, f"images/{name}")
    response.headers["Cache-Control"] = "no-store"
    return response


def _typed() -> MultiDict[str, str]:
    """Return what was typed, less characters that nobody sees and nothing keeps."""
    kept = ((name, "".join(filter(is_plain, value.replace("\r\n", "\n")))) for name, value in request.form.items())
    return MultiDict(kept)


def _open(draft_id: str) -> tuple[Draft, Bundle]:
    """Return a draft that can be changed, and what it holds. Raises DraftNotFoundError or DraftClosedError."""
    ctx = context()
    draft = queries.get_draft(ctx, draft_id)
    if draft.closed_at is not None:
        raise DraftClosedError
    return draft, editing.load_draft_bundle(ctx, draft)


def _render_late(draft_id: str, form: FormState) -> str:
    draft, bundle = _open(draft_id)
    base = editing.find_replaced_texts(context(), draft, form.values.get("revision", ""))
    return _render(draft, bundle, form, base=None if base is None else values_of(base), is_late=True)


def _render(
    draft: Draft,
    bundle: Bundle,
    form: FormState,
    *,
    base: MultiDict[str, str] | None = None,
    is_late: bool = False,
    is_previewed: bool = False,
) -> str:
    ctx, texts = context(), texts_of(bundle)
    proposal = propose_number(ctx, draft.municipality_code, bundle)
    page = show_editor(draft, texts, answers.findings_of(ctx, draft), proposal, language())
    if is_late:
        page, form = merge_saved(page, form, base, values_of(texts))
    previews = show_previews(draft.id, bundle, form.values)
    return render_template("publishing/edit.html", page=page, form=form, previews=previews, is_previewed=is_previewed)
