"""What an aggregation remembers of a group's values, so that groups can be joined and every figure stays exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.records.cells import DURATIONS, duration_minutes
from marketplace.sandbox.records.numbers import EXACT, read_number

SIGNS = frozenset("-0123456789")
Figure = Decimal | str | None
"""A number, a date or time as text, or nothing."""


class ValueKind(StrEnum):
    """What the values of an aggregated field are; durations are counted in minutes."""

    NUMBER = "number"
    DURATION = "duration"
    DATED = "dated"
    NONE = "none"


@dataclass(slots=True)
class Tally:
    """The values of one group: how many, their sum, the smallest and the largest."""

    count: int = 0
    total: Decimal = Decimal(0)
    low: Figure = None
    high: Figure = None

    def add(self, value: Decimal | str, times: int) -> None:
        """Take in a value that occurs some times."""
        self.count += times
        if isinstance(value, Decimal):
            self.total = EXACT.add(self.total, EXACT.multiply(value, times))
        self._widen(value, value)

    def join(self, other: Tally) -> None:
        """Take in another group."""
        self.count += other.count
        self.total = EXACT.add(self.total, other.total)
        if other.low is not None and other.high is not None:
            self._widen(other.low, other.high)

    def _widen(self, low: Decimal | str, high: Decimal | str) -> None:
        # All values of one field are of one kind, so that they compare.
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)


def kind_of_values(field: Field | None) -> ValueKind:
    """Return what can be made of a field's values."""
    if field is None:
        return ValueKind.NONE
    if field.type is FieldType.NUMBER:
        return ValueKind.NUMBER
    if field.type is FieldType.CALC:
        shown_as = field.settings.get("format", "NUMBER")
        if shown_as in DURATIONS:
            return ValueKind.DURATION
        return ValueKind.DATED if shown_as in {"DATE", "DATETIME"} else ValueKind.NUMBER
    dated = {FieldType.DATE, FieldType.TIME, FieldType.DATETIME}
    return ValueKind.DATED if field.type in dated else ValueKind.NONE


def read_value(kind: ValueKind, text: str) -> Decimal | str | None:
    """Return a stored text as a value to aggregate; None for what is no value of its kind."""
    match kind:
        case ValueKind.NUMBER:
            # What the index holds was read and written down before; only a formula's text may still be no number.
            return Decimal(text) if text[-1:].isdigit() and text[:1] in SIGNS else read_number(text)
        case ValueKind.DURATION:
            minutes = duration_minutes(text)
            return None if minutes is None else Decimal(int(minutes))
        case ValueKind.DATED:
            return text
        case _:
            return None


def figure_of(aggregation: str, kind: ValueKind, tally: Tally, form: Form) -> Figure:
    """Return the figure of a group; averages are rounded as the app's precision says, a sum of nothing is 0."""
    if aggregation == "COUNT":
        return Decimal(tally.count)
    if aggregation in {"MAX", "MIN"}:
        return tally.high if aggregation == "MAX" else tally.low
    if kind not in {ValueKind.NUMBER, ValueKind.DURATION}:
        return None
    return _SUMS[aggregation](tally, form)


def _average(tally: Tally, form: Form) -> Figure:
    if not tally.count:
        return None
    unit = Decimal(1).scaleb(-form.decimal_places)
    return EXACT.divide(tally.total, Decimal(tally.count)).quantize(unit, form.rounding, EXACT)


_SUMS: dict[str, Callable[[Tally, Form], Figure]] = {"SUM": lambda tally, _form: tally.total, "AVERAGE": _average}
