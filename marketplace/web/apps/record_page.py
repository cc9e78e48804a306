"""One record as the app's form lays it out, and what one may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from marketplace.edge.context import language
from marketplace.sandbox.form import WITHOUT_VALUE, Form, live_form
from marketplace.sandbox.records import reading
from marketplace.sandbox.records.offers import Offers, list_offers
from marketplace.web.app_sheets import State, states_of
from marketplace.web.apps.abilities import abilities, may
from marketplace.web.apps.app_actions import AppAction, actions_of
from marketplace.web.apps.layouts import Block, lay_out
from marketplace.web.apps.related import RelatedList, related_lists
from marketplace.web.apps.shown import ShownField, ShownTable, ShownValue, heading, show_small
from marketplace.web.apps.shown import show as show_value
from marketplace.web.apps.visit import Visit, gone_is_not_found

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Locked:
    """A button that is not there yet, and the fields on which it depends as far as the caller may see them."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record laid out by the form."""

    workspace_id: str
    workspace_name: str
    app_name: str
    list_address: str
    record_id: int
    revision: str
    states: tuple[State, ...]
    status: str | None
    assignees: tuple[str, ...]
    offers: Offers
    locked: tuple[Locked, ...]
    process_address: str
    blocks: tuple[Block, ...]
    actions: tuple[AppAction, ...]
    previous_address: str | None
    next_address: str | None
    edit_address: str | None
    duplicate_address: str | None
    delete_address: str | None
    done: str


class Shown:
    """Draws the places of a layout as values to read."""

    def __init__(self, form: Form, record: Document, related: dict[str, RelatedList], files_address: str) -> None:
        """Keep what the places are filled with; what is missing from the record is not for this caller."""
        self.form = form
        self.record = record
        self.lists = related
        self.files_address = files_address

    def field(self, code: str) -> ShownField | None:
        """Return a field with its label."""
        of = self.form.fields.get(code)
        if of is None or of.type in WITHOUT_VALUE or code not in self.record:
            return None
        is_hidden = of.settings.get("noLabel") in {True, "true"}
        value = show_value(of, self.record[code].get("value"), self.files_address, language())
        return ShownField(of.label, is_hidden, value)

    def table(self, code: str, columns: list[str]) -> ShownTable | None:
        """Return a table with its rows."""
        of = self.form.fields.get(code)
        if of is None or code not in self.record:
            return None
        inner = [of.columns[column] for column in columns if column in of.columns]

        def cells(row: Document) -> tuple[ShownValue, ...]:
            held = row.get("value") or {}
            return tuple(
                show_small(each, (held.get(each.code) or {}).get("value"), self.files_address, language())
                for each in inner
            )

        rows = tuple(cells(row) for row in self.record[code].get("value") or ())
        return ShownTable(of.label, tuple(heading(each) for each in inner), rows)

    def related(self, code: str) -> RelatedList | None:
        """Return a list of related records."""
        return self.lists.get(code)

    def must_open(self, _codes: list[str]) -> bool:
        """Leave groups as their settings say."""
        return False


def read_record(here: Visit) -> Document:
    """Return the record that the address names. Raises NotFoundError."""
    number = request.args.get("record", type=int) or 0
    with gone_is_not_found():
        return reading.get_record(here.ctx.session, here.caller, here.live.app, number, here.ctx.now())


def show_record(here: Visit, record: Document) -> RecordPage:
    """Return one record laid out by the form."""
    session, live = here.ctx.session, here.live
    number = int(record["$id"]["value"])
    form = live_form(session, live.app)
    held = {str(field.get("type")): field.get("value") for field in record.values()}
    shown = Shown(form, record, related_lists(here, record), f"{here.address}file?record={number}")
    granted = abilities(here, number)
    duplicates = may(here, "add") and live.settings.get("enableDuplicateRecord") not in {False, "false"}
    offers = list_offers(session, here.caller, live.app, form, number, here.ctx.now())
    return RecordPage(
        workspace_id=here.workspace.id,
        workspace_name=here.workspace.name,
        app_name=live.name,
        list_address=here.address,
        record_id=number,
        revision=str(record["$revision"]["value"]),
        states=tuple(states_of(live.process)),
        status=held.get("STATUS"),
        assignees=tuple(str(each.get("name") or each.get("code", "")) for each in held.get("STATUS_ASSIGNEE") or []),
        offers=offers,
        locked=tuple(Locked(each.name, _labels(form, record, each.codes)) for each in offers.waiting),
        process_address=f"{here.address}status?record={number}",
        blocks=lay_out(live.layout, live.properties, shown),
        actions=tuple(actions_of(here, number)),
        previous_address=_neighbour(here, f"$id < {number} order by $id desc"),
        next_address=_neighbour(here, f"$id > {number} order by $id asc"),
        edit_address=f"{here.address}edit?record={number}" if granted.may_edit else None,
        duplicate_address=f"{here.address}new?from={number}" if duplicates else None,
        delete_address=f"{here.address}delete?record={number}" if granted.may_delete else None,
        done=request.args.get("done", ""),
    )


def _labels(form: Form, record: Document, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of fields; what is missing from the record is not for this caller."""
    fields = (form.find(code) for code in codes)
    return tuple(field.label for field in fields if field is not None and (field.table or field.code) in record)


def _neighbour(here: Visit, query: str) -> str | None:
    """Return the page of the record beside this one, by number."""
    found = reading.list_records(
        here.ctx.session, here.caller, here.live.app, query=f"{query} limit 1", fields=("$id",), now=here.ctx.now()
    ).records
    return f"{here.address}show?record={found[0]['$id']['value']}" if found else None
