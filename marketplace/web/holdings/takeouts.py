"""All data of the reader's municipality in one file: asked for, watched, fetched, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.edge.app import writes_when
from marketplace.edge.attempt import attempt
from marketplace.edge.blobs import BlobFile, send_private_blob
from marketplace.edge.context import context, language, marketplace_app
from marketplace.holdings.policy import require_keeper
from marketplace.holdings.takeouts import services
from marketplace.holdings.takeouts.errors import TakeoutTooLargeError
from marketplace.holdings.takeouts.models import UNDER_WAY, Takeout
from marketplace.holdings.takeouts.queries import list_takeouts
from marketplace.holdings.takeouts.services import KEPT_DAYS, MOST_KEPT
from marketplace.holdings.takeouts.tables import MOST_BYTES
from marketplace.kernel.limits import MEGABYTE
from marketplace.kernel.text import Text
from marketplace.web.account.place import confirmed_person
from marketplace.web.dates import local_day
from marketplace.web.forms import FormState, filled, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_takeouts", __name__)

PLACE = "/my-municipality/data"
DONE: dict[str, Text] = {
    "started": Text("データの書き出しを始めました。", "The export of your data has begun."),
    "deleted": Text("ファイルを削除しました。", "The file was deleted."),
}
FAULT = Text(
    "サービス側で問題が起きました。もう一度お試しください。続くときは、サービスの運営者に伝えてください。",
    "Something went wrong on our side. Try again, and tell the operator of the service if it goes on.",
)


@pages.get(PLACE)
def index() -> ResponseReturnValue:
    """Show the files that are kept, how far one under way has come, and the form that asks for another."""
    return _render(filled())


@pages.get(f"{PLACE}/progress")
def progress() -> ResponseReturnValue:
    """Return the part of the page that changes, for the page to fetch again and again."""
    return render_template("holdings/_takeouts.html", **_state())


@pages.post(PLACE)
def start() -> ResponseReturnValue:
    """Ask for a file, with the password once more; or show why that can't be."""
    ctx = context()
    require_keeper(ctx.actor)
    confirmed = confirmed_person()
    if isinstance(confirmed, FormState):
        return _render(confirmed), confirmed.status
    with attempt() as tried:
        services.start_takeout(ctx, {"records": request.form.get("records") == "yes"})
        return redirect(f"{PLACE}?done=started", 303)
    form = refused(tried.error, request.form)
    return _render(form), form.status


@pages.get(f"{PLACE}/<takeout_id>/file")
@writes_when(lambda: not marketplace_app().sessions.read_only)
def fetch(takeout_id: str) -> ResponseReturnValue:
    """Hand the file out to an administrator, which the log notes."""
    ctx = context()
    found = services.fetch_takeout(ctx, takeout_id)
    name = f"yokoten-{found.municipality_code}-{local_day(found.created_at):%Y%m%d}.zip"
    return send_private_blob(BlobFile(found.digest or "", found.size or 0, name))


@pages.post(f"{PLACE}/<takeout_id>/delete")
def delete(takeout_id: str) -> ResponseReturnValue:
    """Delete the file before its time, or stop the work at it."""
    services.delete_takeout(context(), takeout_id)
    return redirect(f"{PLACE}?done=deleted", 303)


@pages.get(f"{PLACE}/<_takeout_id>/delete")
def back(_takeout_id: str) -> ResponseReturnValue:
    """Lead to the page with the buttons."""
    return redirect(PLACE, 303)


def _render(form: FormState) -> str:
    return render_template(
        "holdings/takeouts.html",
        form=form,
        done=DONE.get(request.args.get("done", "")) if not form.refused else None,
        days=KEPT_DAYS,
        most=MOST_KEPT,
        megabytes=MOST_BYTES // MEGABYTE,
        **_state(),
    )


def _state() -> dict[str, object]:
    takeouts = list_takeouts(context())
    return {
        "takeouts": [(each, _why(each)) for each in takeouts],
        "under_way": next((each for each in takeouts if each.state in UNDER_WAY), None),
        "place": PLACE,
    }


def _why(takeout: Takeout) -> str:
    """Return why it failed, in words."""
    if takeout.error_code == TakeoutTooLargeError.code:
        return TakeoutTooLargeError(megabytes=MOST_BYTES // MEGABYTE).advises(language())
    return FAULT.in_language(language())
