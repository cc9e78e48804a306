"""What the form of a new record begins with: defaults, a record to duplicate, an action of another app, one value."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.sandbox.records import reading
from marketplace.web.apps.app_actions import entry_of_action
from marketplace.web.apps.desk import Desk
from marketplace.web.apps.entry import Entry, Spot, entry_of_record, is_filled_in
from marketplace.web.apps.visit import gone_is_not_found


def begin(desk: Desk, given: Mapping[str, str]) -> Entry:
    """Return what an address asks a new form to begin with. Raises NotFoundError for a record that is not there."""
    entry = desk.defaults()
    if "from" in given:
        return _duplicate(desk, entry, _number(given["from"]))
    if "action" in given:
        return entry_of_action(desk, entry, given)
    return _with_value(desk, entry, given.get("field", ""), given.get("value", ""))


def _duplicate(desk: Desk, entry: Entry, record_id: int) -> Entry:
    """Take over what people filled in; files stay with the record they were attached to."""
    here = desk.here
    with gone_is_not_found():
        record = reading.get_record(here.ctx.session, here.caller, here.live.app, record_id)
    copied = entry_of_record(desk.form, record, is_new=True)
    return Entry({**entry.values, **copied.values}, {**entry.rows, **copied.rows})


def _with_value(desk: Desk, entry: Entry, code: str, value: str) -> Entry:
    field = desk.form.fields.get(code)
    if field is None or field.columns or not is_filled_in(desk.form, field) or not value:
        return entry
    return entry.put(Spot(field), (value,))


def _number(text: str) -> int:
    return int(text[:10]) if text.isascii() and text.isdigit() else 0
