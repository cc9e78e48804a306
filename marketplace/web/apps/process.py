"""Running an action of the process on a record: what it will do, who works on it next, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request

from marketplace.edge.context import language
from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import live_form
from marketplace.sandbox.records import process
from marketplace.sandbox.records.offers import Offer, list_offers
from marketplace.web.apps.record_page import read_record
from marketplace.web.apps.refusals import Trial, status_of
from marketplace.web.apps.visit import Visit, pages, visit

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One action before it is run."""

    workspace_id: str
    workspace_name: str
    app_name: str
    list_address: str
    record_id: int
    record_address: str
    address: str
    revision: str
    offer: Offer
    refusal: str = ""
    chosen: str = ""


@pages.get("/w/<workspace_id>/k/<int:app_id>/status")
def ask_action(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Tell what an action will do, and ask who works on the record next where one may choose."""
    here = visit(workspace_id, app_id)
    record = read_record(here)
    offer = _offer(here, record, request.args.get("action", ""))
    if offer is None:
        raise NotFoundError
    return render_template("apps/status.html", page=_page(here, record, offer))


@pages.post("/w/<workspace_id>/k/<int:app_id>/status")
def run_action(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Run an action, unless the record was changed since it was shown."""
    here = visit(workspace_id, app_id)
    record = read_record(here)
    name, chosen = request.form.get("action", ""), request.form.get("assignee", "")
    number = record["$id"]["value"]
    body: dict[str, Any] = {"id": number, "action": name, "revision": request.form.get("revision") or None}
    with Trial() as trial:
        changes = body | ({"assignee": chosen} if chosen else {})
        process.change_status(here.ctx.session, here.caller, here.live.app, changes, here.ctx.now())
        return redirect(f"{here.address}show?record={number}&done=status", 303)
    offer = _offer(here, record, name)
    if offer is None or not isinstance(trial.error, PlatformError):
        return trial.answer()
    page = _page(here, record, offer, trial.error.says(language()), chosen)
    return render_template("apps/status.html", page=page), status_of(trial.error)


def _offer(here: Visit, record: dict[str, Any], name: str) -> Offer | None:
    session, app = here.ctx.session, here.live.app
    form = live_form(session, app)
    offers = list_offers(session, here.caller, app, form, int(record["$id"]["value"]), here.ctx.now()).offers
    return next((offer for offer in offers if offer.name == name), None)


def _page(here: Visit, record: dict[str, Any], offer: Offer, refusal: str = "", chosen: str = "") -> ActionPage:
    number = int(record["$id"]["value"])
    return ActionPage(
        workspace_id=here.workspace.id,
        workspace_name=here.workspace.name,
        app_name=here.live.name,
        list_address=here.address,
        record_id=number,
        record_address=f"{here.address}show?record={number}",
        address=f"{here.address}status?record={number}",
        revision=str(record["$revision"]["value"]),
        offer=offer,
        refusal=refusal,
        chosen=chosen,
    )
