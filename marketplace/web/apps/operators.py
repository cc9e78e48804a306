"""How people may compare a field in the filter of a list: the operators of each type, in words and in queries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from marketplace.kernel.text import Text


class Takes(StrEnum):
    """What an operator asks for beside the field."""

    NOTHING = "nothing"
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    OPTIONS = "options"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare: its name in addresses, its words, and the condition it becomes.

    The pattern of the condition may name {field}, {value}, {next} (the day after) and {values}.
    """

    name: str
    takes: Takes
    words: Text
    said: Text
    """What a chip says of it behind the field's name."""
    condition: str


def _number(name: str, words: Text, said: Text, condition: str) -> Operator:
    return Operator(name, Takes.NUMBER, words, said, condition)


def _day(name: str, ja: str, en: str, condition: str) -> Operator:
    said_en = {"等しい": "on {value}", "以降": "on or after {value}", "以前": "on or before {value}"}[ja]
    said_ja = "{value}" if ja == "等しい" else f"{{value}}{ja}"
    return Operator(name, Takes.DAY, Text(ja, en), Text(said_ja, said_en), condition)


def _span(name: str, ja: str, en: str, function: str) -> Operator:
    condition = f"({{field}} >= {function} and {{field}} <= {function})"
    return Operator(name, Takes.NOTHING, Text(ja, en), Text(ja, en.lower()), condition)


CONTAINS = Operator(
    "contains",
    Takes.TEXT,
    Text("次の言葉を含む", "contains"),
    Text("「{value}」を含む", "contains “{value}”"),
    "{field} like {value}",
)
LACKS = Operator(
    "lacks",
    Takes.TEXT,
    Text("次の言葉を含まない", "does not contain"),
    Text("「{value}」を含まない", "does not contain “{value}”"),
    "{field} not like {value}",
)
IS_TEXT = Operator(
    "is", Takes.TEXT, Text("次と同じ", "is"), Text("「{value}」と同じ", "is “{value}”"), "{field} in ({value})"
)
IS_NOT_TEXT = Operator(
    "not",
    Takes.TEXT,
    Text("次と同じでない", "is not"),
    Text("「{value}」と同じでない", "is not “{value}”"),
    "{field} not in ({value})",
)
EMPTY = Operator(
    "empty",
    Takes.NOTHING,
    Text("入力されていない", "is empty"),
    Text("入力されていない", "is empty"),
    '{field} in ("")',
)
FILLED = Operator(
    "filled",
    Takes.NOTHING,
    Text("入力されている", "is filled in"),
    Text("入力されている", "is filled in"),
    '{field} not in ("")',
)
EMPTY_TEXT = Operator("empty", Takes.NOTHING, EMPTY.words, EMPTY.said, "{field} is empty")
FILLED_TEXT = Operator("filled", Takes.NOTHING, FILLED.words, FILLED.said, "{field} is not empty")
EMPTY_DAY = Operator("empty", Takes.NOTHING, EMPTY.words, EMPTY.said, '{field} = ""')
FILLED_DAY = Operator("filled", Takes.NOTHING, FILLED.words, FILLED.said, '{field} != ""')

NUMBERS = (
    _number("is", Text("次と等しい", "equals"), Text("{value}と等しい", "equals {value}"), "{field} in ({value})"),
    _number(
        "not",
        Text("次と等しくない", "differs from"),
        Text("{value}と等しくない", "differs from {value}"),
        "{field} not in ({value})",
    ),
    _number("ge", Text("以上", "at least"), Text("{value}以上", "at least {value}"), "{field} >= {value}"),
    _number("le", Text("以下", "at most"), Text("{value}以下", "at most {value}"), "{field} <= {value}"),
    _number("gt", Text("より大きい", "over"), Text("{value}より大きい", "over {value}"), "{field} > {value}"),
    _number("lt", Text("より小さい", "under"), Text("{value}より小さい", "under {value}"), "{field} < {value}"),
)
SPANS = (
    _span("today", "今日", "Today", "TODAY()"),
    _span("this-week", "今週", "This week", "THIS_WEEK()"),
    _span("this-month", "今月", "This month", "THIS_MONTH()"),
    _span("last-month", "先月", "Last month", "LAST_MONTH()"),
    _span("next-month", "来月", "Next month", "NEXT_MONTH()"),
    _span("this-year", "今年", "This year", "THIS_YEAR()"),
)
DAYS = (
    _day("is", "等しい", "on", "({field} >= {value} and {field} <= {value})"),
    _day("ge", "以降", "on or after", "{field} >= {value}"),
    _day("le", "以前", "on or before", "{field} <= {value}"),
    *SPANS,
)
MOMENTS = (
    _day("is", "等しい", "on", "({field} >= {value} and {field} < {next})"),
    _day("ge", "以降", "on or after", "{field} >= {value}"),
    _day("le", "以前", "on or before", "{field} < {next}"),
    *SPANS,
)
TIMES = (
    Operator("ge", Takes.TIME, Text("以降", "from"), Text("{value}以降", "from {value}"), "{field} >= {value}"),
    Operator("le", Takes.TIME, Text("以前", "until"), Text("{value}以前", "until {value}"), "{field} <= {value}"),
)
CHOICES = (
    Operator(
        "in",
        Takes.OPTIONS,
        Text("次のいずれか", "is one of"),
        Text("{value}", "{value}"),
        "{field} in ({values})",
    ),
    Operator(
        "out",
        Takes.OPTIONS,
        Text("次のいずれでもない", "is none of"),
        Text("{value}以外", "not {value}"),
        "{field} not in ({values})",
    ),
)
PEOPLE = tuple(Operator(each.name, Takes.PEOPLE, each.words, each.said, each.condition) for each in CHOICES)
TEXTS = (CONTAINS, LACKS, IS_TEXT, IS_NOT_TEXT, EMPTY, FILLED)
LONG_TEXTS = (CONTAINS, LACKS, EMPTY_TEXT, FILLED_TEXT)
EMPTINESS = (EMPTY, FILLED)
DAY_EMPTINESS = (EMPTY_DAY, FILLED_DAY)

OPERATORS: dict[str, tuple[Operator, ...]] = {
    "RECORD_NUMBER": NUMBERS,
    "NUMBER": (*NUMBERS, *EMPTINESS),
    "CALC": (*NUMBERS, *EMPTINESS),
    "SINGLE_LINE_TEXT": TEXTS,
    "LINK": TEXTS,
    "MULTI_LINE_TEXT": LONG_TEXTS,
    "RICH_TEXT": LONG_TEXTS,
    "FILE": LONG_TEXTS,
    "CHECK_BOX": (*CHOICES, *EMPTINESS),
    "MULTI_SELECT": (*CHOICES, *EMPTINESS),
    "RADIO_BUTTON": (*CHOICES, *EMPTINESS),
    "DROP_DOWN": (*CHOICES, *EMPTINESS),
    "STATUS": CHOICES,
    "DATE": (*DAYS, *DAY_EMPTINESS),
    "DATETIME": (*MOMENTS, *DAY_EMPTINESS),
    "TIME": (*TIMES, *DAY_EMPTINESS),
    "CREATED_TIME": MOMENTS,
    "UPDATED_TIME": MOMENTS,
    "CREATOR": PEOPLE,
    "MODIFIER": PEOPLE,
    "STATUS_ASSIGNEE": (*PEOPLE, *EMPTINESS),
    "USER_SELECT": (*PEOPLE, *EMPTINESS),
    "ORGANIZATION_SELECT": (*PEOPLE, *EMPTINESS),
    "GROUP_SELECT": (*PEOPLE, *EMPTINESS),
}
DATED_FORMATS = {"DATE": (*DAYS, *DAY_EMPTINESS), "DATETIME": (*MOMENTS, *DAY_EMPTINESS)}
UNORDERED_FORMATS = {"TIME", "HOUR_MINUTE", "DAY_HOUR_MINUTE"}


def operators_of(settings: dict[str, object], *, in_table: bool = False) -> tuple[Operator, ...]:
    """Return the operators a field takes; inside tables kintone refuses those that compare by an equals sign."""
    kind = str(settings.get("type", ""))
    shown_as = str(settings.get("format", ""))
    found = OPERATORS.get(kind, ())
    if kind == "CALC" and shown_as in DATED_FORMATS:
        found = DATED_FORMATS[shown_as]
    elif kind == "CALC" and shown_as in UNORDERED_FORMATS:
        found = EMPTINESS
    return tuple(each for each in found if not (in_table and each in DAY_EMPTINESS))
