"""The result of a formula as the field shows it to clients."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_FLOOR, Decimal

from marketplace.sandbox.formula.dates import DAY, moment_of
from marketplace.sandbox.formula.evaluating import EvaluationError, Value
from marketplace.sandbox.records.moments import write_moment
from marketplace.sandbox.records.numbers import write_number

HOUR, MINUTE = 3600, 60


def as_number(value: Value) -> Decimal:
    """Return the result of a CALC field: truth is 1 or 0, a text is no result. Raises EvaluationError."""
    if isinstance(value, bool):
        return Decimal(int(value))
    if not isinstance(value, Decimal):
        raise EvaluationError
    return value


def as_text(value: Value) -> str:
    """Return the result of a computed text. Raises EvaluationError."""
    if isinstance(value, str):
        return value
    return write_number(as_number(value))


def show_number(number: Decimal, shown_as: str) -> str:
    """Return a CALC result in the format of its field. Raises EvaluationError for moments beyond the calendar."""
    if shown_as in {"DATE", "DATETIME"}:
        moment = moment_of(number)
        if moment is None:
            raise EvaluationError
        text = write_moment(moment)
        return text[:10] if shown_as == "DATE" else text
    if shown_as == "TIME":
        seconds = int(number.to_integral_value(ROUND_FLOOR)) % DAY
        return f"{seconds // HOUR:02d}:{seconds % HOUR // MINUTE:02d}"
    if shown_as in {"HOUR_MINUTE", "DAY_HOUR_MINUTE"}:
        minutes = int((abs(number) / MINUTE).to_integral_value(ROUND_DOWN))
        sign = "-" if number < 0 and minutes else ""
        return f"{sign}{minutes // MINUTE:02d}:{minutes % MINUTE:02d}"
    return write_number(number)
