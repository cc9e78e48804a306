"""Adding and editing a record: the form, what its buttons do, and what the server computes while it is filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request

from marketplace.edge.context import language
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.text import Text
from marketplace.web.apps.desk import Desk, open_edit, open_new
from marketplace.web.apps.entry import Entry, Spot, entry_of_form, find_spot
from marketplace.web.apps.form_page import FormState, Notice, outputs_of, show_form
from marketplace.web.apps.merging import read_fingerprints
from marketplace.web.apps.moves import FETCHED, MOVES
from marketplace.web.apps.picker import LAST_OFFSET, show_picker
from marketplace.web.apps.prefill import begin
from marketplace.web.apps.saving import save
from marketplace.web.apps.uploads import keep_uploads
from marketplace.web.apps.visit import pages
from marketplace.web.forms import INVALID

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MOST_PARTS = 20_000
"""A table of a thousand rows with twenty columns; the framework stops at a thousand values."""
GONE = Text("このレコードは、編集している間に削除されました。", "This record was deleted while you were editing it.")
GONE_REMEDY = Text(
    "入力した内容は残っています。「保存する」を押すと、新しいレコードとして登録します。",
    "What you entered is still here. “Save” makes a new record of it.",
)


@pages.before_request
def _allow_long_forms() -> None:
    request.max_form_parts = MOST_PARTS


@pages.get("/w/<workspace_id>/k/<int:app_id>/new")
def new(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show the form of a new record, with its defaults, or filled from another record."""
    desk = open_new(workspace_id, app_id)
    entry = begin(desk, request.args)
    return _show(desk, entry, FormState(is_dirty=bool(request.args)))


@pages.post("/w/<workspace_id>/k/<int:app_id>/new")
def create(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Add the record, or do what another button of the form says."""
    return _receive(open_new(workspace_id, app_id))


@pages.get("/w/<workspace_id>/k/<int:app_id>/edit")
def edit(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show the form of a record."""
    desk = open_edit(workspace_id, app_id, _record_number())
    return _show(desk, desk.before or Entry(), FormState())


@pages.post("/w/<workspace_id>/k/<int:app_id>/edit")
def update(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Change the record, or do what another button of the form says."""
    try:
        desk = open_edit(workspace_id, app_id, _record_number())
    except NotFoundError:
        return _show_orphan(open_new(workspace_id, app_id))
    return _receive(desk)


@pages.post("/w/<workspace_id>/k/<int:app_id>/compute")
def compute(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Return what the server makes of the form as it stands, for a script to put in place."""
    number = _record_number()
    desk = open_edit(workspace_id, app_id, number) if number else open_new(workspace_id, app_id)
    entry, _state = _read(desk)
    return render_template("apps/_outputs.html", outputs=outputs_of(desk, entry))


def _record_number() -> int:
    return request.args.get("record", type=int) or 0


def _read(desk: Desk) -> tuple[Entry, FormState]:
    """Return what stands in the sent form, and what it carries along."""
    sent = request.form
    base = sent.get("base", "")
    entry = entry_of_form(desk.form, sent, frozenset(read_fingerprints(base)))
    token = sent.get("token", "")
    return entry, FormState(token=token[:64], revision=sent.get("revision", ""), base=base, is_dirty=True)


def _receive(desk: Desk) -> ResponseReturnValue:
    entry, state = _read(desk)
    uploads = keep_uploads(desk, entry)
    entry = uploads.entry
    if uploads.errors:
        return _show(desk, entry, _with_errors(state, uploads.errors))
    act, _, rest = request.form.get("do", "save").partition(":")
    if act in MOVES:
        return _show(desk, *MOVES[act](desk, entry, state, rest))
    if act in ASKING:
        return ASKING[act](desk, entry, state, rest)
    outcome = save(desk, entry, state, _digest(uploads.marks))
    if outcome.address:
        return redirect(outcome.address, 303)
    return _show(outcome.desk, outcome.entry, outcome.state)


def _with_errors(state: FormState, errors: dict[str, list[str]]) -> FormState:
    """Return the state of a form whose files could not be kept."""
    title = INVALID.in_language(language())
    return replace(state, title=title, errors=errors, focus=next(iter(errors)), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _digest(marks: Sequence[str]) -> str:
    """Return a mark of what was sent: the same form sent twice has the same."""
    parts = [request.full_path, *marks, *(f"{name}={text}" for name, text in sorted(request.form.items(multi=True)))]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _fetch(desk: Desk, entry: Entry, state: FormState, name: str) -> ResponseReturnValue:
    """Copy what the key of a lookup names; a key that names nothing opens the picker."""
    spot = find_spot(desk.form, entry, name)
    if spot is None or spot.field.lookup is None:
        return _show(desk, entry, state)
    key = "".join(entry.at(spot))
    fetched = entry.fetch(spot)
    row = None if spot.table is None else spot.row
    unknown = desk.preview(fetched).unknown if key else ()
    if not key or any((each.code, each.row) == (spot.field.code, row) for each in unknown):
        return _pick(desk, entry, state, spot, key, 0)
    notice = Notice("success", FETCHED.in_language(language(), value=key))
    return _show(desk, fetched, replace(state, focus=name, notices=(notice,)))


def _find(desk: Desk, entry: Entry, state: FormState, rest: str) -> ResponseReturnValue:
    """Open the picker, search in it, or turn its pages."""
    name, _, offset = rest.partition(":")
    spot = find_spot(desk.form, entry, name)
    if spot is None:
        return _show(desk, entry, state)
    start = min(int(offset[:5]), LAST_OFFSET) if offset.isascii() and offset.isdigit() else 0
    return _pick(desk, entry, state, spot, request.form.get("search", ""), start)


def _take(desk: Desk, entry: Entry, state: FormState, name: str) -> ResponseReturnValue:
    """Take the people ticked in the picker: those it listed are chosen or not, others stay as they were."""
    spot = find_spot(desk.form, entry, name)
    if spot is None or spot.field.lookup is not None:
        return _show(desk, entry, state)
    listed = set(request.form.getlist("listed"))
    stay = [code for code in entry.at(spot) if code not in listed]
    ticked = [code for code in request.form.getlist("picked") if code]
    chosen = tuple(dict.fromkeys([*stay, *ticked]))
    return _show(desk, entry.put(spot, chosen), replace(state, focus=name))


ASKING = {"fetch": _fetch, "find": _find, "take": _take}


def _show_orphan(desk: Desk) -> ResponseReturnValue:
    """Keep what was typed into the form of a record that is gone."""
    entry, state = _read(desk)
    entry = keep_uploads(desk, entry).entry
    notice = Notice("warning", GONE.in_language(language()), (GONE_REMEDY.in_language(language()),))
    fresh = replace(state, notices=(notice,), token="", revision="", status=HTTPStatus.CONFLICT)
    return _show(desk, entry, fresh)


def _show(desk: Desk, entry: Entry, state: FormState) -> ResponseReturnValue:
    page = show_form(desk, entry, state)
    if _is_by_script():
        return render_template("apps/_form.html", page=page)  # a script puts only successes in place
    return render_template("apps/form.html", page=page), state.status


def _pick(desk: Desk, entry: Entry, state: FormState, spot: Spot, search: str, offset: int) -> ResponseReturnValue:
    page = show_picker(desk, entry, state, spot, search, offset)
    response = make_response(render_template("apps/_picker.html" if _is_by_script() else "apps/picker.html", page=page))
    if _is_by_script():
        response.headers["HX-Retarget"] = "#dialog-content"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _is_by_script() -> bool:
    """Tell whether a script asks for a part of the page only."""
    return request.headers.get("HX-Request") == "true"
