"""Queries of chance find what plain Python finds in the same records, on both databases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.records.reading import list_records
from tests.sandbox_records.factories import NOW, caller
from tests.sandbox_records.query_model import Comparison, Joined, Reader, sort_key
from tests.sandbox_records.query_records import (
    EMPTINESS,
    LIKES,
    MEMBERS,
    OPTIONS,
    ORDERED,
    SORTABLE,
    SPECS,
    make_every_kind,
)

READER = Reader(SPECS, NOW)
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def filled(session, ports):
    return make_every_kind(session, ports)


@st.composite
def comparisons(draw: st.DrawFn, code: str | None = None) -> Comparison:
    code = draw(st.sampled_from(sorted(SPECS))) if code is None else code
    spec = SPECS[code]
    sign = draw(st.sampled_from(spec.operators))
    if sign in EMPTINESS:
        return Comparison(code, sign, ())
    pool = [each for each in spec.operands if sign in MEMBERS or each != '""' or sign in {"=", "!="}]
    if sign in LIKES:
        pool = [each for each in pool if each != '""']
    most = 3 if sign in MEMBERS else 1
    return Comparison(code, sign, tuple(draw(st.lists(st.sampled_from(pool), min_size=1, max_size=most, unique=True))))


ROWS = st.sampled_from([code for code, spec in SPECS.items() if spec.table]).flatmap(comparisons)
CONDITIONS = st.recursive(
    comparisons() | ROWS,
    lambda inner: st.builds(Joined, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=6,
)
ORDERS = st.lists(st.tuples(st.sampled_from(SORTABLE), st.sampled_from(["", "asc", "desc"])), max_size=3)


def expected_order(records, sorts):
    """Sort by the last field first: each pass keeps the order of the passes before it; the newest comes first."""
    found = sorted(records, key=lambda record: record["$id"], reverse=True)
    for code, direction in reversed(sorts):
        found.sort(
            key=lambda record, code=code: sort_key(SPECS[code], record[code], OPTIONS), reverse=direction == "desc"
        )
    return found


def numbers(answer):
    return [int(record["$id"]["value"]) for record in answer.records]


@MANY
@given(condition=CONDITIONS)
def test_conditions_on_every_type_agree_with_plain_python(session, filled, condition):
    app, records = filled
    answer = list_records(session, caller(), app, query=f"{condition.text} limit 500", total_count=True, now=NOW)
    expected = [record for record in records if READER.holds(condition, record)]
    assert numbers(answer) == [int(record["$id"]) for record in reversed(expected)]
    assert answer.total_count == len(expected)


@MANY
@given(condition=st.none() | CONDITIONS, sorts=ORDERS, limit=st.none() | st.integers(0, 40), offset=st.integers(0, 35))
def test_order_limit_and_offset_agree_with_plain_python(session, filled, condition, sorts, limit, offset):
    app, records = filled
    query = "" if condition is None else condition.text
    query += " order by " + ", ".join(f"{code} {direction}" for code, direction in sorts) if sorts else ""
    query += "" if limit is None else f" limit {limit}"
    query += f" offset {offset}" if offset else ""
    answer = list_records(session, caller(), app, query=query, now=NOW)
    kept = [record for record in records if condition is None or READER.holds(condition, record)]
    wanted = expected_order(kept, sorts)[offset:][: 100 if limit is None else limit]
    assert numbers(answer) == [int(record["$id"]) for record in wanted]


def written(code: str, sign: str) -> str:
    """Return a comparison with an operand that the field takes, so that only the operator can be wrong."""
    if sign in EMPTINESS:
        return f"{code} {sign}"
    operand = SPECS[code].operands[0]
    return f"{code} {sign} ({operand})" if sign in MEMBERS else f"{code} {sign} {operand}"


def outcome(session, app, query: str) -> str:
    """Return the code of a query's refusal, nothing if it is answered."""
    try:
        list_records(session, caller(), app, query=query, now=NOW)
    except PlatformError as refused:
        return refused.code
    return ""


def test_every_type_takes_its_operators_and_no_other(session, filled):
    app, _ = filled
    for code, spec in SPECS.items():
        # `like` takes a text only, which the grammar already asks for.
        likes = LIKES if spec.operands[0].startswith('"') else ()
        for sign in (*ORDERED, *MEMBERS, *likes, *EMPTINESS):
            refusal = "GAIA_IQ07" if spec.table and sign in {"=", "!="} else "GAIA_IQ03"
            expected = "" if sign in spec.operators else refusal
            assert outcome(session, app, written(code, sign)) == expected, (code, sign)
