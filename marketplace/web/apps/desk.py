"""A form being filled in: the app it belongs to, the record it changes, and what saving it would give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from marketplace.sandbox.files import find_uploads
from marketplace.sandbox.form import FieldType, Form, live_form
from marketplace.sandbox.principals import KIND_OF_TYPE, USER, Directory, find_principals
from marketplace.sandbox.records import previewing, reading
from marketplace.sandbox.records.defaults import Birth
from marketplace.sandbox.records.previewing import RecordPreview
from marketplace.sandbox.rights.errors import AppRightMissingError
from marketplace.web.apps.abilities import abilities, fixed_at_birth, may, with_fixed
from marketplace.web.apps.entry import UPLOADED, Entry, entry_of_record, spots_of
from marketplace.web.apps.form_values import Body, body_of
from marketplace.web.apps.visit import Visit, gone_is_not_found, visit

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """A member before the form of an app; `stored` is the record as it is now, None for a new one."""

    here: Visit
    form: Form
    stored: Document | None = None

    @property
    def record_id(self) -> int | None:
        """The number of the record; None for a new one."""
        return None if self.stored is None else int(self.stored["$id"]["value"])

    @property
    def revision(self) -> str:
        """The revision of the record; empty for a new one."""
        return "" if self.stored is None else str(self.stored["$revision"]["value"])

    @property
    def before(self) -> Entry | None:
        """What the controls show of the record as it is now; None for a new one."""
        return None if self.stored is None else entry_of_record(self.form, self.stored)

    @property
    def address(self) -> str:
        """Where the form is sent."""
        return f"{self.here.address}new" if self.stored is None else f"{self.here.address}edit?record={self.record_id}"

    @property
    def compute_address(self) -> str:
        """Where what the server decides is computed while the form is being filled in."""
        return f"{self.here.address}compute" + ("" if self.stored is None else f"?record={self.record_id}")

    @property
    def files_address(self) -> str:
        """Below which the record's files are fetched."""
        return f"{self.here.address}file?record={quote(str(self.record_id or 0))}"

    def body(self, entry: Entry) -> Body:
        """Return the values of the call that saves an entry."""
        return body_of(self.form, entry, self.before)

    def preview(self, entry: Entry) -> RecordPreview:
        """Return the record as it would be saved."""
        session, caller, app, now = self.here.ctx.session, self.here.caller, self.here.live.app, self.here.ctx.now()
        values = self.body(entry).values
        if self.record_id is None:
            return previewing.preview_addition(session, caller, app, self.form, values, now)
        return previewing.preview_change(session, caller, app, self.form, self.record_id, values, now)

    @property
    def birth(self) -> Birth:
        """The circumstances that defaults depend on."""
        return Birth.of(self.here.caller, self.form, self.here.ctx.now())

    def defaults(self) -> Entry:
        """Return what a new record begins with."""
        ctx = self.here.ctx
        app = self.here.live.app
        record = previewing.preview_addition(ctx.session, self.here.caller, app, self.form, None, ctx.now()).record
        return self.known_only(entry_of_record(self.form, record, is_new=True))

    def known_only(self, entry: Entry) -> Entry:
        """Return an entry without people the site does not know: a default may name somebody who has left."""
        directory = self.directory(entry)
        for spot in spots_of(self.form, entry):
            kind = KIND_OF_TYPE.get(spot.field.type)
            if kind is not None and entry.at(spot):
                entry = entry.put(spot, tuple(code for code in entry.at(spot) if directory.knows(kind, code)))
        return entry

    def directory(self, entry: Entry) -> Directory:
        """Return the names of everyone chosen in an entry."""
        wanted = (
            (KIND_OF_TYPE[spot.field.type], code)
            for spot in spots_of(self.form, entry)
            if spot.field.type in KIND_OF_TYPE
            for code in entry.at(spot)
        )
        found = find_principals(self.here.ctx.session, self.form.site_id, wanted)
        # A member becomes a user of the workspace at the first write, and may be a default before.
        return Directory({(USER, self.here.caller.code): self.here.caller.name, **found.names})

    def files(self, entry: Entry) -> dict[str, tuple[str, int]]:
        """Return name and size of the files of an entry: those the record holds, and uploads that wait."""
        keys = [
            key for spot in spots_of(self.form, entry) if spot.field.type is FieldType.FILE for key in entry.at(spot)
        ]
        known = dict(_held_files(self.stored or {}))
        waiting = (key.removeprefix(UPLOADED) for key in keys if key.startswith(UPLOADED))
        uploads = find_uploads(self.here.ctx.session, self.form.site_id, waiting)
        known |= {f"{UPLOADED}{key}": (file.name, file.size) for key, file in uploads.items()}
        return {key: known[key] for key in keys if key in known}


def open_new(workspace_id: str, app_id: int) -> Desk:
    """Open the form of a new record. Raises WorkspaceNotFoundError, NotFoundError or AppRightMissingError."""
    here = visit(workspace_id, app_id)
    if not may(here, "add"):
        raise AppRightMissingError
    form = live_form(here.ctx.session, here.live.app)
    return Desk(here, with_fixed(form, fixed_at_birth(here, form)))


def open_edit(workspace_id: str, app_id: int, record_id: int) -> Desk:
    """Open the form of a record. Raises what `open_new` raises."""
    here = visit(workspace_id, app_id)
    with gone_is_not_found():
        stored = reading.get_record(here.ctx.session, here.caller, here.live.app, record_id, here.ctx.now())
        granted = abilities(here, record_id)
    if not granted.may_edit:
        raise AppRightMissingError
    return Desk(here, with_fixed(live_form(here.ctx.session, here.live.app), granted.fixed), stored)


def _held_files(record: Document) -> Iterable[tuple[str, tuple[str, int]]]:
    """Yield key, name and size of every file of a record, also inside its tables."""
    for cell in record.values():
        if cell.get("type") == FieldType.FILE:
            for each in cell["value"]:
                yield each["fileKey"], (each["name"], int(each["size"]))
        elif cell.get("type") == FieldType.SUBTABLE:
            for row in cell["value"]:
                yield from _held_files(row["value"])


def holds_file(record: Document, key: str) -> bool:
    """Tell whether a record in REST shape holds a file."""
    return any(held == key for held, _ in _held_files(record))
