"""Reports in words: what a period, a figure and an aggregation are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from marketplace.kernel.text import Language, Text
from marketplace.sandbox.form import Field, FieldType
from marketplace.sandbox.records.numbers import EXACT
from marketplace.sandbox.reports.aggregating import Aggregated, Node
from marketplace.sandbox.reports.keys import GroupField, Key
from marketplace.sandbox.reports.tallies import Figure, ValueKind
from marketplace.web.dates import ENGLISH_MONTHS, day_text

NOT_FILLED = Text("（未入力）", "(empty)")
COUNTED = Text("レコード数", "Records")
AGGREGATED = {
    "SUM": Text("{label}の合計", "Sum of {label}"),
    "AVERAGE": Text("{label}の平均", "Average {label}"),
    "MAX": Text("{label}の最大値", "Largest {label}"),
    "MIN": Text("{label}の最小値", "Smallest {label}"),
}
NOTHING = "―"
MINUTES = 60
NUMBERS = {FieldType.NUMBER, FieldType.CALC}
UNITS_OF_ITS_OWN = {"YEAR", "QUARTER", "MONTH", "WEEK"}


@dataclass(frozen=True, slots=True)
class ReportWords:
    """Says what is in one report, to one reader."""

    found: Aggregated
    language: Language

    def level(self, depth: int) -> str:
        """Return what a level groups by."""
        return self.found.levels[depth].field.label

    def aggregation(self, position: int) -> str:
        """Return the name of an aggregation."""
        aggregation = self.found.report.aggregations[position]
        if aggregation.kind == "COUNT":
            return COUNTED.in_language(self.language)
        field = self.found.form.find(aggregation.code)
        label = field.label if field is not None else aggregation.code
        return AGGREGATED[aggregation.kind].in_language(self.language, label=label)

    def key(self, depth: int, key: Key, name: str) -> str:
        """Return the name of a group."""
        level = self.found.levels[depth]
        if key is None:
            return NOT_FILLED.in_language(self.language)
        if level.is_period:
            return self._period(level, key)
        return with_unit(name, level.field) if level.field.type in NUMBERS else name

    def short_key(self, depth: int, key: Key, name: str) -> str:
        """Return the name of a group as it fits along an axis."""
        level = self.found.levels[depth]
        if key is None or not level.is_period or level.per == "YEAR":
            return self.key(depth, key, name)
        return _short_period(key, level.per)

    def figure_of(self, node: Node, position: int) -> Figure:
        """Return a figure of a group as it is told: an average has no more decimals than its field shows, or one."""
        figure = self.found.figure(node, position)
        is_average = self.found.report.aggregations[position].kind == "AVERAGE"
        if not is_average or self.found.kinds[position] is not ValueKind.NUMBER or not isinstance(figure, Decimal):
            return figure
        unit = Decimal(1).scaleb(-max(1, self._decimals(position)))
        return figure.quantize(unit, self.found.form.rounding, EXACT)

    def _decimals(self, position: int) -> int:
        """Return how many decimals an aggregated field shows: what its settings say, else what its values have."""
        field = self.found.form.find(self.found.report.aggregations[position].code)
        said = str(field.settings.get("displayScale") or "") if field is not None else ""
        exponent = self.found.root.tallies[position].total.as_tuple().exponent
        return int(said) if said else -int(exponent)

    def told(self, node: Node, position: int) -> str:
        """Return a figure of a group with its unit."""
        return self.figure(position, self.figure_of(node, position))

    def figure(self, position: int, figure: Figure) -> str:
        """Return a figure with its unit."""
        if figure is None:
            return NOTHING
        if isinstance(figure, str):
            return self._dated(figure)
        aggregation = self.found.report.aggregations[position]
        if aggregation.kind == "COUNT":
            return number_text(figure)
        if self.found.kinds[position] is ValueKind.DURATION:
            return duration_text(figure)
        return with_unit(number_text(figure), self.found.form.find(aggregation.code))

    def _dated(self, text: str) -> str:
        try:
            return day_text(date.fromisoformat(text), self.language)
        except ValueError:
            return text

    def _period(self, level: GroupField, key: str) -> str:
        if level.field.type is FieldType.TIME:
            return _hour(key, self.language)
        moment = _moment_of(key)
        if moment is None:
            return key
        if level.per in UNITS_OF_ITS_OWN:
            return _long_period(moment.date(), level, self.language)
        day = day_text(moment.date(), self.language).partition("（")[0]
        if "T" not in key:
            return day
        return f"{day} {_hour(key.partition('T')[2], self.language)}"


def number_text(number: Decimal) -> str:
    """Return a number with its thousands set apart and without needless zeros."""
    return f"{number.normalize():,f}" if number else "0"


def duration_text(minutes: Decimal) -> str:
    """Return minutes as hours and minutes, such as 25:01."""
    whole = int(minutes.to_integral_value())
    return f"{'-' if whole < 0 else ''}{abs(whole) // MINUTES}:{abs(whole) % MINUTES:02}"


def with_unit(text: str, field: Field | None) -> str:
    """Return a number with the unit of its field."""
    unit = str(field.settings.get("unit") or "") if field is not None else ""
    if not unit or field is None:
        return text
    return f"{unit}{text}" if field.settings.get("unitPosition") == "BEFORE" else f"{text}{unit}"


def _moment_of(key: str) -> datetime | None:
    try:
        return datetime.fromisoformat(key)
    except ValueError:
        return None


def _hour(clock: str, language: Language) -> str:
    if ":" in clock:
        return clock
    return f"{int(clock)}時台" if language is Language.JA else f"{clock}:00"


def _long_period(start: date, level: GroupField, language: Language) -> str:
    year, month = start.year, start.month
    is_fiscal = level.fiscal_month != 1
    japanese = language is Language.JA
    if level.per == "YEAR":
        if japanese:
            return f"{year}年度" if is_fiscal else f"{year}年"
        return f"FY {year}" if is_fiscal else str(year)
    if level.per == "WEEK":
        day = day_text(start, language).partition("（")[0]
        return f"{day}の週" if japanese else f"Week of {day}"
    if level.per == "MONTH":
        return f"{year}年{month}月" if japanese else f"{ENGLISH_MONTHS[month - 1]} {year}"
    last = (start + timedelta(days=70)).month
    if japanese:
        return f"{year}年{month}〜{last}月"
    return f"{ENGLISH_MONTHS[month - 1][:3]}–{ENGLISH_MONTHS[last - 1][:3]} {year}"


def _short_period(key: str, per: str) -> str:
    moment = _moment_of(key)
    if moment is None:
        return key
    match per:
        case "QUARTER" | "MONTH":
            return f"{moment.year}/{moment.month}"
        case _ if "T" in key:
            return f"{moment.month}/{moment.day} {key.partition('T')[2]}"
        case _:
            return f"{moment.year % 100:02}/{moment.month}/{moment.day}"
