"""Formulas of chance: each as text, and worked out by plain Python from the reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

EXACT = Context(prec=300)
HUGE = Decimal(10) ** 60
TOKYO = ZoneInfo("Asia/Tokyo")
"""With the summer time of 1948 to 1951."""
ZONES = {"Asia/Tokyo": TOKYO, "UTC": UTC, "Etc/GMT": UTC, "system": TOKYO}
LETTERS = {"YYYY": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NoResultError(Exception):
    """The formula has no result: a division by zero, or something made of one."""


class TooLargeError(Exception):
    """The figures grew beyond what this model is for."""


@dataclass(frozen=True)
class Expression:
    """A formula as text, and the function that works it out over a record."""

    text: str
    run: Callable[[dict[str, Any]], Any]


def settled(number: Decimal) -> Decimal:
    """Return a number that is still of a reasonable size."""
    if abs(number) > HUGE or number.as_tuple().exponent < -60:
        raise TooLargeError
    return number


def quotient(left: Decimal, right: Decimal) -> Decimal:
    """Divide, rounded at the fourth decimal, half to even."""
    if right == 0:
        raise NoResultError
    return Decimal(round(Fraction(left) / Fraction(right) * 10_000)).scaleb(-4, EXACT)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Raise to a power cut to a whole one, within -100 to 100; a negative power is a quotient."""
    if abs(exponent) > 100:
        raise NoResultError
    whole = int(exponent)
    result = Decimal(1)
    for _ in range(abs(whole)):
        result = settled(EXACT.multiply(result, base))
    return quotient(Decimal(1), result) if whole < 0 else result


def rounded(number: Decimal, places: int, how: str) -> Decimal:
    """Return a number cut to some places."""
    return number.quantize(Decimal(1).scaleb(-places), how, EXACT)


def plain(number: Decimal) -> str:
    """Return a number as records show it."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def arithmetic(left: Decimal, sign: str, right: Decimal) -> Decimal:
    """Work out one operation on numbers."""
    if sign == "/":
        return quotient(left, right)
    if sign == "^":
        return power(left, right)
    act = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply}[sign]
    return settled(act(left, right))


def compared(left: Any, sign: str, right: Any) -> bool:
    """Compare two values of one kind."""
    return {
        "=": left == right, "!=": left != right, "<>": left != right, "<": sign == "<" and left < right,
        "<=": sign == "<=" and left <= right, ">": sign == ">" and left > right, ">=": sign == ">=" and left >= right,
    }[sign]  # fmt: skip


def formatted(seconds: Decimal, pattern: str, zone: str) -> str:
    """Return a moment as text in a pattern; seconds count from 1970 in UTC, parts of one are cut."""
    whole = seconds.to_integral_value("ROUND_FLOOR")
    if not -30_610_224_000 <= seconds <= 253_402_300_799:
        raise NoResultError
    try:
        moment = (EPOCH + timedelta(seconds=int(whole))).astimezone(ZONES[zone])
    except OverflowError as error:
        raise NoResultError from error
    for letters, directive in LETTERS.items():
        shown = f"{moment.year:04d}" if letters == "YYYY" else moment.strftime(directive)
        pattern = pattern.replace(letters, shown)
    return pattern


def yen(number: Decimal, places: int) -> str:
    """Return an amount with the sign of the yen and commas."""
    cut = rounded(number, places, ROUND_HALF_UP)
    digits, _, decimals = f"{abs(cut):f}".partition(".")
    groups = []
    while digits:
        digits, group = digits[:-3], digits[-3:]
        groups.insert(0, group)
    return ("-" if cut < 0 else "") + "\u00a5" + ",".join(groups) + (f".{decimals}" if decimals else "")


def seconds_of_day(day: date) -> Decimal:
    """Return the seconds of midnight in UTC."""
    return Decimal((day - date(1970, 1, 1)).days * 86_400)


# Fields: how a record means them, as (kind, value); what is empty counts as zero.
def field_number(code: str) -> Expression:
    """Read a number field, zero if it is empty."""
    return Expression(code, lambda record: record[code] if record[code] is not None else Decimal(0))


def field_text(code: str) -> Expression:
    """Read a text field."""
    return Expression(code, lambda record: record[code])


def as_joined(part: Expression, code: str | None = None) -> Expression:
    """Read a number for `&`: an empty field is nothing."""
    return Expression(
        part.text,
        lambda record: "" if code is not None and record[code] is None else plain(part.run(record)),
    )


def numbers(truths: st.SearchStrategy) -> st.SearchStrategy[Expression]:
    """Return the strategy of formulas that yield a number; truths choose between branches."""
    halves = st.sampled_from(["2.5", "-0.5", "0.125", "1.005", "-1250", "0.00005"]).map(Decimal)
    literals = (st.decimals(-1000, 1000, places=2) | halves).map(_literal)
    fields = st.sampled_from(["数", "単価", "空", "日付", "時刻", "日時", "作成日時"]).map(field_number)
    sums = st.sampled_from(["個数", "小計"]).map(
        lambda code: Expression(
            f"SUM({code})", lambda record: sum((row[code] or Decimal(0) for row in record["明細"]), Decimal(0))
        )
    )

    def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        rounding = st.sampled_from([("ROUND", ROUND_HALF_UP), ("ROUNDUP", ROUND_UP), ("ROUNDDOWN", ROUND_DOWN)])
        return st.one_of(
            st.builds(_operation, inner, st.sampled_from("+-*/"), inner),
            st.builds(_operation, inner, st.just("^"), st.sampled_from(["2", "3", "1.5", "0"]).map(_number)),
            st.builds(_operation, inner, st.just("^"), st.just("-2").map(lambda text: _literal(Decimal(text)))),
            inner.map(lambda part: Expression(f"-({part.text})", lambda record: -part.run(record))),
            st.builds(_rounding, rounding, inner, st.integers(-2, 4)),
            st.builds(_sum, st.lists(inner, min_size=1, max_size=3)),
            st.builds(choose, truths, inner, inner),
        )

    return st.recursive(literals | fields | sums, grown, max_leaves=6)


def _number(text: str) -> Expression:
    return Expression(text, lambda _record: Decimal(text))


def _literal(value: Decimal) -> Expression:
    text = f"{value:f}"
    return Expression(f"({text})" if value < 0 or text.startswith("-") else text, lambda _record: value)


def _operation(left: Expression, sign: str, right: Expression) -> Expression:
    return Expression(
        f"({left.text} {sign} {right.text})",
        lambda record: arithmetic(left.run(record), sign, right.run(record)),
    )


def _rounding(how: tuple[str, str], part: Expression, places: int) -> Expression:
    return Expression(f"{how[0]}({part.text}, {places})", lambda record: rounded(part.run(record), places, how[1]))


def _sum(parts: list[Expression]) -> Expression:
    return Expression(
        f"SUM({', '.join(part.text for part in parts)})",
        lambda record: settled(sum((part.run(record) for part in parts), Decimal(0))),
    )


def choose(condition: Expression, first: Expression, second: Expression) -> Expression:
    """Return an IF; the branch that is not taken does not count."""
    return Expression(
        f"IF({condition.text}, {first.text}, {second.text})",
        lambda record: first.run(record) if condition.run(record) else second.run(record),
    )


def texts_of(number: st.SearchStrategy[Expression], truths: st.SearchStrategy) -> st.SearchStrategy[Expression]:
    """Return the strategy of formulas that yield a text."""
    literals = st.text(alphabet='aあ1 "\\、￥', max_size=5).map(_quoted)
    fields = st.sampled_from(["名", "区分", "単一", "作成者"]).map(field_text)
    patterns = st.sampled_from(["YYYY-MM-dd", "YYYY年MM月dd日 HH:mm", "HH:mm:ss", "YYYY/MM"])

    def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        bare = st.sampled_from(["数", "空"]).map(lambda code: as_joined(field_number(code), code))
        joined = inner | bare | number.filter(lambda part: part.text[0] == "(").map(as_joined)
        return st.one_of(
            st.builds(_join, st.lists(joined, min_size=2, max_size=3)),
            st.builds(choose, truths, inner, inner),
        )

    amounts = st.builds(
        lambda part, places: Expression(
            f"YEN({part.text}, {places})", lambda record: yen(part.run(record), places)
        ),
        number, st.integers(0, 2),
    )  # fmt: skip
    moments = st.builds(
        lambda part, pattern, zone: Expression(
            f'DATE_FORMAT({part.text}, "{pattern}", "{zone}")',
            lambda record: formatted(part.run(record), pattern, zone),
        ),
        number, patterns, st.sampled_from(sorted(ZONES)),
    )  # fmt: skip
    return st.recursive(literals | fields | amounts | moments, grown, max_leaves=4)


def _quoted(text: str) -> Expression:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return Expression(f'"{escaped}"', lambda _record: text)


def _join(parts: list[Expression]) -> Expression:
    return Expression(
        f"({' & '.join(part.text for part in parts)})", lambda record: "".join(part.run(record) for part in parts)
    )


def truths_of(number: st.SearchStrategy[Expression], texts: st.SearchStrategy) -> st.SearchStrategy[Expression]:
    """Return the strategy of formulas that are true or false."""
    signs = st.sampled_from(["=", "!=", "<>", "<", "<=", ">", ">="])
    compares = st.builds(_comparison, number, signs, number) | st.builds(
        _comparison, texts, st.sampled_from(["=", "!=", "<>"]), texts
    )
    # Values of different kinds are never equal.
    kinds = st.builds(
        lambda left, sign: Expression(f'{left.text} {sign} "x"', lambda record: (left.run(record), sign != "=")[1]),
        number.filter(lambda part: part.text[0] == "("), st.sampled_from(["=", "!="]),
    )  # fmt: skip
    contains = st.builds(
        lambda code, wanted: Expression(
            f'CONTAINS({code}, "{wanted}")',
            lambda record: wanted in (record[code] if code == "色" else [row[code] for row in record["明細"]]),
        ),
        st.sampled_from(["色", "品名"]), st.sampled_from(["赤", "青", "り", "りんご", ""]),
    )  # fmt: skip

    def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        return st.one_of(
            st.builds(_logic, st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=1, max_size=3)),
            inner.map(lambda part: Expression(f"NOT({part.text})", lambda record: not part.run(record))),
        )

    return st.recursive(compares | kinds | contains, grown, max_leaves=3)


def _comparison(left: Expression, sign: str, right: Expression) -> Expression:
    return Expression(
        f"{left.text} {sign} {right.text}", lambda record: compared(left.run(record), sign, right.run(record))
    )


def _logic(name: str, parts: list[Expression]) -> Expression:
    join = all if name == "AND" else any
    return Expression(
        f"{name}({', '.join(part.text for part in parts)})",
        lambda record: join([part.run(record) for part in parts]),
    )


_SIMPLE_TRUTHS = st.sampled_from(["数 > 0", "1 = 1"]).map(
    lambda text: Expression(text, lambda record: text == "1 = 1" or (record["数"] or 0) > 0)
)
NUMBERS = numbers(_SIMPLE_TRUTHS)
TEXTS = texts_of(NUMBERS, _SIMPLE_TRUTHS)
TRUTHS = truths_of(NUMBERS, TEXTS)
RICH_NUMBERS = numbers(TRUTHS)
RICH_TEXTS = texts_of(RICH_NUMBERS, TRUTHS)


def _climbed(parts: list[str]) -> Decimal:
    """Work out numbers and signs in turn: `^` from the right first, then `* /`, then `+ -`, both from the left."""
    values, signs = [Decimal(part) for part in parts[::2]], parts[1::2]
    while "^" in signs:
        last = len(signs) - 1 - signs[::-1].index("^")
        values[last : last + 2] = [power(values[last], values[last + 1])]
        del signs[last]
    for level in ("*/", "+-"):
        while any(sign in level for sign in signs):
            first = next(place for place, sign in enumerate(signs) if sign in level)
            values[first : first + 2] = [arithmetic(values[first], signs[first], values[first + 1])]
            del signs[first]
    return values[0]


@st.composite
def bare_chains(draw: st.DrawFn) -> Expression:
    """Return numbers with signs of their own between operators, without a bracket."""
    parts = [str(draw(st.integers(-3, 3)))]
    for _ in range(draw(st.integers(1, 5))):
        parts += [draw(st.sampled_from("+-*/^")), str(draw(st.integers(-3, 3)))]
    return Expression(" ".join(parts), lambda _record: _climbed(parts))
