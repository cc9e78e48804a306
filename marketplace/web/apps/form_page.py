"""The page of a record's form, in every state it can be in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from marketplace.edge.context import language
from marketplace.kernel.ids import new_id
from marketplace.kernel.text import Text
from marketplace.sandbox.form import FieldType
from marketplace.sandbox.records.previewing import RecordPreview
from marketplace.web.apps.controls import Control, Controls, Surroundings
from marketplace.web.apps.desk import Desk
from marketplace.web.apps.entry import Entry
from marketplace.web.apps.layouts import Block, lay_out
from marketplace.web.apps.merging import fingerprints, write_fingerprints
from marketplace.web.forms import Problem

ADDING = Text("{app}：レコードの追加", "{app}: new record")
EDITING = Text("{app}：レコード{id}番の編集", "{app}: edit record {id}")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell above the form; `kind` is that of a notification."""

    kind: str
    title: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed: what was typed here, and what is stored now."""

    label: str
    anchor: str | None
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class FormState:
    """What is to be said about a form beside what stands in it."""

    errors: Mapping[str, list[str]] = field(default_factory=dict)
    """By the name of the control."""
    title: str = ""
    remedy: str = ""
    general: tuple[str, ...] = ()
    """What is wrong with no control in particular."""
    notices: tuple[Notice, ...] = ()
    clashes: tuple[Clash, ...] = ()
    focus: str = ""
    status: HTTPStatus = HTTPStatus.OK
    is_dirty: bool = False
    token: str = ""
    revision: str | None = None
    """The revision the form began with; None for that of the record as it is now."""
    base: str | None = None
    """The marks of what the form showed at first; None for those of the record as it is now."""

    @property
    def refused(self) -> bool:
        """Tell whether the form was sent and turned down."""
        return bool(self.title)


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form with everything around it."""

    workspace_id: str
    workspace_name: str
    app_name: str
    list_address: str
    record_address: str | None
    heading: str
    address: str
    compute_address: str | None
    """None where the server computes nothing."""
    hidden: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    state: FormState
    problems: tuple[Problem, ...]


def show_form(desk: Desk, entry: Entry, state: FormState, preview: RecordPreview | None = None) -> FormPage:
    """Return the page of a form."""
    live = desk.here.live
    controls = controls_of(desk, entry, state, preview)
    return FormPage(
        workspace_id=desk.here.workspace.id,
        workspace_name=desk.here.workspace.name,
        app_name=live.name,
        list_address=desk.here.address,
        record_address=None if desk.record_id is None else f"{desk.here.address}show?record={desk.record_id}",
        heading=(ADDING if desk.record_id is None else EDITING).in_language(
            language(), app=live.name, id=desk.record_id
        ),
        address=desk.address,
        compute_address=desk.compute_address if _computes(desk) else None,
        hidden=carried(desk, entry, state),
        blocks=lay_out(live.layout, live.properties, controls),
        state=state,
        problems=tuple(_problems(controls, state)),
    )


def controls_of(desk: Desk, entry: Entry, state: FormState, preview: RecordPreview | None = None) -> Controls:
    """Return the controls of a form, with what the server would make of the entry."""
    found = preview or desk.preview(entry)
    return Controls(
        Surroundings(
            form=desk.form,
            entry=entry,
            record=found.record,
            language=language(),
            files_address=desk.files_address,
            directory=desk.directory(entry),
            files=desk.files(entry),
            errors=state.errors,
            focus=state.focus,
        )
    )


def carried(desk: Desk, entry: Entry, state: FormState) -> tuple[tuple[str, str], ...]:
    """Return what the form carries along unseen: the revision it began with, what it showed, and its own mark."""
    base = write_fingerprints(fingerprints(desk.form, desk.before or entry)) if state.base is None else state.base
    return (
        ("revision", desk.revision if state.revision is None else state.revision),
        ("base", base),
        ("token", state.token or new_id()),
        *((f"{name}-fetch", "yes") for name in sorted(entry.fetched)),
    )


def _computes(desk: Desk) -> bool:
    return any(each.is_computed for each in desk.form.every_field())


def _problems(controls: Controls, state: FormState) -> list[Problem]:
    found = [Problem(sentence) for sentence in state.general]
    labels = _labels(controls)
    for name, sentences in state.errors.items():
        found += [Problem(f"{labels.get(name, name)}：{sentence}", name) for sentence in sentences]
    return found


def _labels(controls: Controls) -> dict[str, str]:
    labels: dict[str, str] = {}
    for each in controls.form.fields.values():
        if each.type is not FieldType.SUBTABLE:
            labels[f"f{each.id}"] = each.label
            continue
        for position in range(len(controls.around.entry.rows.get(each.code, ()))):
            for column in each.columns.values():
                place = Text("{table} {row}行目の{column}", "{table}, row {row}, {column}")
                labels[f"f{each.id}-{position}-{column.id}"] = place.in_language(
                    language(), table=each.label, row=position + 1, column=column.label
                )
    return labels


def outputs_of(desk: Desk, entry: Entry) -> list[Control]:
    """Return the outputs of a form as they stand after a change."""
    return list(controls_of(desk, entry, FormState()).outputs())
