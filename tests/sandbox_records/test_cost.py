"""How many statements a call costs; the number may not depend on the number of records."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.process import change_statuses
from marketplace.sandbox.records.reading import list_records
from marketplace.sandbox.records.writing import add_records, update_records
from tests.sandbox_records.factories import (
    NOW,
    calc,
    caller,
    choice,
    field,
    lookup,
    make_app,
    make_process,
    number,
    row,
    table,
    text,
    values,
)


@contextmanager
def counting(session):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def app(session):
    source = make_app(session, 番号=text(unique=True), 制度名=text())
    add_records(session, caller(), source, [values(番号=f"p{n}", 制度名=f"制度{n}") for n in range(100)], NOW)
    return make_app(
        session,
        make_process("作成中", "済", actions=[{"name": "終了", "from": "作成中", "to": "済", "filterCond": "額 > 0"}]),
        制度番号=lookup(source, "番号", 制度="制度名"), 制度=text(), 一意=text(unique=True), 額=number(unique=True),
        色=choice("CHECK_BOX", "赤", "青"), 担当=field("USER_SELECT"),
        明細=table(単価=number(), 数=number(), 計=calc("単価*数")),
        合計=calc("SUM(計)"),
    )  # fmt: skip


def bodies(count):
    return [
        values(
            制度番号=f"p{n}", 一意=f"u{n}", 額=n + 1, 色=["赤"], 担当=[{"code": "sato"}], 明細=[row(単価=n, 数=2)] * 2
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 100])
def test_adding_costs_thirteen_statements_whatever_the_number_of_records(session, app, count):
    with counting(session) as statements:
        add_records(session, caller(), app, bodies(count), NOW)
    assert len(statements) <= 13, statements


@pytest.mark.parametrize("count", [1, 100])
def test_updating_costs_thirteen_statements_whatever_the_number_of_records(session, app, count):
    add_records(session, caller(), app, bodies(count), NOW)
    requests = [{"updateKey": {"field": "一意", "value": f"u{n}"}, "record": values(額=n + 7000)} for n in range(count)]
    with counting(session) as statements:
        update_records(session, caller(), app, requests, NOW)
    assert len(statements) <= 13, statements


@pytest.mark.parametrize("count", [1, 100])
def test_reading_costs_seven_statements_whatever_the_number_of_records(session, app, count):
    add_records(session, caller(), app, bodies(count), NOW)
    session.expunge_all()
    app = session.merge(app)
    with counting(session) as statements:
        list_records(session, caller(), app, query='色 in ("赤") and 計 >= 0', total_count=True, now=NOW)
    assert len(statements) <= 7, statements


@pytest.mark.parametrize("count", [1, 100])
def test_deleting_costs_five_statements_whatever_the_number_of_records(session, app, count):
    add_records(session, caller(), app, bodies(count), NOW)
    with counting(session) as statements:
        delete_records(session, caller(), app, list(range(1, count + 1)))
    assert len(statements) == 5, statements


@pytest.mark.parametrize("count", [1, 100])
def test_moving_records_on_costs_six_statements(session, app, count):
    add_records(session, caller(), app, bodies(count), NOW)
    steps = [{"id": n + 1, "action": "終了"} for n in range(count)]
    with counting(session) as statements:
        change_statuses(session, caller(), app, steps, NOW)
    assert len(statements) <= 6, statements
