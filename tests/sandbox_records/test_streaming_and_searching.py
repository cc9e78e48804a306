"""Reading many records in little memory, and finding records by words."""

from __future__ import annotations

import pytest

from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.records.reading import CHUNK, list_records, stream_records
from marketplace.sandbox.records.writing import add_records
from tests.sandbox_records.factories import NOW, caller, field, make_app, number, row, table, text, values
from tests.sandbox_records.test_cost import counting


@pytest.fixture
def app(session):
    made = make_app(session, 件名=text(), 額=number(), 説明=field("MULTI_LINE_TEXT"), 明細=table(品名=text()))
    for start in range(0, 1200, 100):
        add_records(session, caller(), made, [values(件名=f"件{start + n}", 額=-n) for n in range(100)], NOW)
    return made


def test_a_stream_yields_everything_in_the_order_of_the_query(session, app):
    found = stream_records(session, caller(), app, query="額 <= -90 order by 額 asc limit 5", fields=["件名"], now=NOW)
    titles = [record["件名"]["value"] for record in found]
    assert len(titles) == 120
    assert titles[:2] == ["件1199", "件1099"]


def test_a_stream_costs_a_few_statements_for_each_chunk(session, app):
    with counting(session) as statements:
        assert len(list(stream_records(session, caller(), app, now=NOW))) == 1200
    assert len(statements) <= 2 + 3 * (1200 // CHUNK + 1), statements


def test_a_stream_refuses_before_its_first_record(session, app):
    with pytest.raises(PlatformError):
        stream_records(session, caller(), app, query="ない項目 = 1", now=NOW)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("砂利", 1), ("ＪＡＲＩ", 1), ("jari 砂利", 1), ("砂利 木材", 0), ("_", 0), ("  ", 1201), ("件119", 11)],
)
def test_a_search_finds_records_that_hold_every_word(session, app, words, expected):
    body = values(件名="砕石", 説明="Jari を敷く", 明細=[row(品名="砂利")])
    add_records(session, caller(), app, [body], NOW)
    found = list_records(session, caller(), app, search=words, total_count=True, now=NOW)
    assert found.total_count == expected
