"""What going live changes in the records of an app: told by comparing its settings in use with the prepared ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from marketplace.sandbox.models import Cell
from marketplace.sandbox.records.cells import DURATIONS
from marketplace.sandbox.settings.renames import every_field, new_names
from marketplace.sandbox.settings.store import Document

Labels = Mapping[str, str]
_DATES = frozenset({"DATE", "DATETIME"})


@dataclass(frozen=True, slots=True)
class RecordChanges:
    """The changes to stored values, by the numbers of fields."""

    labels: Mapping[int, Labels]
    """New labels of renamed options by their former ones; a deleted option stays in the records that hold it."""
    gone: frozenset[int]
    """Fields that were deleted: their values and cells go."""
    tables: frozenset[int]
    """The tables that stay, whose rows hold columns that change."""
    states: Labels
    """New names of renamed states of the process by their former ones."""
    other_measure: frozenset[int]
    """Computed fields whose results are no longer numbers, or no longer in the same unit."""

    @property
    def touches_values(self) -> bool:
        """Tell whether the documents of records change."""
        return bool(self.labels or self.gone)

    def concerned(self, app_pk: int) -> ColumnElement[bool]:
        """Return the condition on cells that finds every record whose document changes."""
        renamed = (and_(Cell.field_id == number, Cell.text.in_(list(labels))) for number, labels in self.labels.items())
        return and_(Cell.app_pk == app_pk, or_(Cell.field_id.in_(self.gone), *renamed))

    def rewrite(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the document of a record as it will be."""
        return {
            number: self._value(int(number), value) for number, value in values.items() if int(number) not in self.gone
        }

    def _value(self, number: int, value: Any) -> Any:
        if number in self.tables:
            return [{**row, "value": self.rewrite(row["value"])} for row in value]
        labels = self.labels.get(number)
        if labels is None:
            return value
        return [labels.get(each, each) for each in value] if isinstance(value, list) else labels.get(value, value)


def record_changes(
    old: Mapping[str, Document], new: Mapping[str, Document], old_process: Document, new_process: Document
) -> RecordChanges:
    """Compare the fields and the process in use with the prepared ones."""
    present = {property_["$id"]: property_ for property_, _ in every_field(new)}
    former = {property_["$id"]: property_ for property_, _ in every_field(old)}
    labels = {
        number: renamed
        for number, property_ in former.items()
        if number in present and (renamed := _kept(property_.get("options"), present[number].get("options")))
    }
    return RecordChanges(
        labels=labels,
        gone=frozenset(former.keys() - present.keys()),
        tables=frozenset(number for number, property_ in present.items() if "fields" in property_),
        states=_kept(old_process["states"], new_process["states"]),
        other_measure=frozenset(_measured_anew(former, present)),
    )


def _kept(old: Mapping[str, Document] | None, new: Mapping[str, Document] | None) -> Labels:
    """Return only those that have a new name: what is gone stays where records hold it."""
    return {name: now for name, now in new_names(old, new).items() if now is not None}


def _measured_anew(former: Mapping[int, Document], present: Mapping[int, Document]) -> Iterator[int]:
    for number, property_ in former.items():
        now = present.get(number)
        if now is not None and property_["type"] == "CALC" and _measure(property_) != _measure(now):
            yield number


def _measure(property_: Document) -> str:
    shown_as = property_.get("format", "NUMBER")
    if shown_as in DURATIONS:
        return "minutes"
    return "moment" if shown_as in _DATES else "number"
