"""The operator's queue of drafts whose release waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.blobs import BlobFile, send_private_blob_from_here
from marketplace.edge.context import context, language
from marketplace.kernel.text import Text
from marketplace.operating import drafts
from marketplace.publishing.errors import DraftHasErrorsError, FindingsUnansweredError
from marketplace.publishing.models import DraftState
from marketplace.web.forms import FormState, filled, refused, without_details
from marketplace.web.operating.held_page import PLACE, show_held, show_held_row
from marketplace.web.operating.place import pages

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

DONE: dict[str, Text] = {
    "released": Text("公開しました。", "It is released."),
    "turned-back": Text("理由を付けて、作者に戻しました。", "It was given back to its author with your reason."),
}


@pages.get(PLACE)
def list_drafts() -> ResponseReturnValue:
    """List what waits, and what was decided."""
    ctx, spoken = context(), language()
    return render_template(
        "operating/drafts.html",
        waiting=[show_held_row(held, spoken) for held in drafts.list_held(ctx)],
        decided=[show_held_row(held, spoken) for held in drafts.list_decided(ctx)],
        done=DONE.get(request.args.get("done", "")),
    )


@pages.get(f"{PLACE}/<draft_id>")
def show_draft(draft_id: str) -> ResponseReturnValue:
    """Show a draft with all there is to look at, or what was decided."""
    return _render(draft_id, filled())


@pages.get(f"{PLACE}/<draft_id>/bundle")
def download_draft(draft_id: str) -> ResponseReturnValue:
    """Hand out the bundle as it is."""
    held = drafts.look_into(context(), draft_id).held
    name = f"{held.draft.slug}-{held.draft.number}.zip"
    return send_private_blob_from_here(BlobFile(held.draft.digest, held.draft.size, name))


@pages.post(f"{PLACE}/<draft_id>/release")
def release_draft(draft_id: str) -> ResponseReturnValue:
    """Let it become a version, or show why that can't be."""
    with attempt() as tried:
        drafts.release_held(context(), draft_id, {"digest": request.form.get("digest", "")})
        return redirect(f"{PLACE}?done=released", 303)
    return _refuse(draft_id, refused(tried.error, request.form), tried.error)


@pages.post(f"{PLACE}/<draft_id>/turn-back")
def turn_back_draft(draft_id: str) -> ResponseReturnValue:
    """Give it back to its author, or show why that can't be."""
    with attempt() as tried:
        drafts.turn_back(context(), draft_id, {name: request.form.get(name, "") for name in ("digest", "reason")})
        return redirect(f"{PLACE}?done=turned-back", 303)
    return _refuse(draft_id, refused(tried.error, request.form), tried.error)


def _refuse(draft_id: str, form: FormState, error: object) -> ResponseReturnValue:
    if isinstance(error, DraftHasErrorsError | FindingsUnansweredError):
        form = without_details(form)
    return _render(draft_id, form), form.status


def _render(draft_id: str, form: FormState) -> str:
    held = drafts.get_held(context(), draft_id)
    if held.draft.state is not DraftState.HELD:
        row = show_held_row(held, language())
        return render_template("operating/decided_draft.html", row=row, form=form)
    page = show_held(drafts.look_into(context(), draft_id), language())
    return render_template("operating/draft.html", page=page, form=form, action=page.row.address)
