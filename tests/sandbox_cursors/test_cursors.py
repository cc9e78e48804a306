"""Cursors as their services keep them, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.sandbox.cursors.errors import CursorLimitError, CursorNotFoundError
from marketplace.sandbox.cursors.models import Cursor, CursorChunk
from marketplace.sandbox.cursors.services import (
    LIFE,
    MOST_CURSORS,
    create_cursor,
    delete_cursor,
    forget_expired,
    read_cursor,
)
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.query.errors import QueryFieldNotFoundError
from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.errors import TokenNotAllowedError, UserNotFoundError
from marketplace.sandbox.records.writing import add_records, update_record
from tests.sandbox_records.factories import NOW, caller, field, make_app, number, values


@pytest.fixture
def app(session):
    """An app with 25 records, whose numbers count down."""
    made = make_app(session, 数=number(), 担当=field("USER_SELECT"))
    add_records(session, caller(), made, [values(数=100 - place) for place in range(25)], NOW)
    return made


def open_cursor(session, app, now=NOW, by="sato", **options):
    return create_cursor(session, caller(by), app, now=now, **options)


def read(session, cursor, now=NOW, by="sato"):
    return read_cursor(session, caller(by), cursor.id, now)


def everything(session, cursor):
    """Read a cursor to its end and return the sizes of its pages and the record numbers."""
    sizes, numbers, has_next = [], [], True
    while has_next:
        page = read(session, cursor)
        sizes.append(len(page.records))
        numbers += [int(record["$id"]["value"]) for record in page.records]
        has_next = page.has_next
    return sizes, numbers


@pytest.mark.parametrize(
    ("size", "sizes"), [(1, [1] * 25), (7, [7, 7, 7, 4]), (25, [25]), (24, [24, 1]), (100, [25]), (500, [25])]
)
def test_a_cursor_yields_every_record_once_page_by_page(session, app, size, sizes):
    cursor = open_cursor(session, app, query="order by $id asc", size=size)
    assert cursor.total == 25
    assert everything(session, cursor) == (sizes, list(range(1, 26)))


def test_pages_may_lie_in_several_chunks(session, app):
    for _ in range(5):
        add_records(session, caller(), app, [values(数=1)] * 100, NOW)
    cursor = open_cursor(session, app, query="order by $id asc", size=120)
    assert session.scalar(select(func.count()).select_from(CursorChunk)) == 2
    assert everything(session, cursor) == ([120, 120, 120, 120, 45], list(range(1, 526)))


def test_the_query_decides_which_records_come_and_in_which_order(session, app):
    cursor = open_cursor(session, app, query="数 > 95 order by 数 asc")
    assert everything(session, cursor)[1] == [5, 4, 3, 2, 1]


def test_without_a_query_everything_comes_the_newest_first(session, app):
    assert everything(session, open_cursor(session, app))[1] == list(range(25, 0, -1))


def test_a_query_that_finds_nothing_makes_a_cursor_with_one_empty_page(session, app):
    cursor = open_cursor(session, app, query="数 > 1000")
    assert (cursor.total, everything(session, cursor)) == (0, ([0], []))


def test_set_and_order_are_settled_while_values_are_those_of_the_moment(session, app):
    cursor = open_cursor(session, app, query="order by 数 asc", size=10)
    assert [record["$id"]["value"] for record in read(session, cursor).records][:2] == ["25", "24"]
    update_record(session, caller(), app, {"id": 1, "record": values(数=-1)}, NOW)
    add_records(session, caller(), app, [values(数=0)], NOW)
    delete_records(session, caller(), app, [2])
    rest = read(session, cursor).records + read(session, cursor).records
    assert [int(record["$id"]["value"]) for record in rest] == [*range(15, 2, -1), 1]
    assert rest[-1]["数"]["value"] == "-1"


def test_only_the_fields_asked_for_are_shown(session, app):
    cursor = open_cursor(session, app, fields=["数"], size=1)
    assert read(session, cursor).records == [{"数": {"type": "NUMBER", "value": "76"}}]


def test_a_cursor_read_to_its_end_is_gone(session, app):
    cursor = open_cursor(session, app)
    read(session, cursor)
    with pytest.raises(CursorNotFoundError):
        read(session, cursor)
    assert session.scalar(select(func.count()).select_from(CursorChunk)) == 0


def test_a_deleted_cursor_is_gone(session, app):
    cursor = open_cursor(session, app)
    delete_cursor(session, caller(), cursor.id, NOW)
    for act in (read_cursor, delete_cursor):
        with pytest.raises(CursorNotFoundError):
            act(session, caller(), cursor.id, NOW)


def test_a_cursor_lives_ten_minutes_from_its_last_page(session, app):
    cursor = open_cursor(session, app, size=1)
    read(session, cursor, NOW + timedelta(minutes=9))
    read(session, cursor, NOW + timedelta(minutes=18))
    with pytest.raises(CursorNotFoundError):
        read(session, cursor, NOW + timedelta(minutes=28))


def test_expired_cursors_are_forgotten_with_their_chunks(session, app):
    open_cursor(session, app)
    kept = open_cursor(session, app, NOW + timedelta(minutes=1))
    assert forget_expired(session, NOW + LIFE) == 1
    assert session.scalars(select(Cursor.id)).all() == [kept.id]
    assert session.scalars(select(CursorChunk.cursor_id)).all() == [kept.id]


def test_a_site_has_at_most_ten_cursors_that_live(session, app):
    cursors = [open_cursor(session, app) for _ in range(MOST_CURSORS)]
    with pytest.raises(CursorLimitError):
        open_cursor(session, app)
    delete_cursor(session, caller(), cursors[0].id, NOW)
    open_cursor(session, app)
    with pytest.raises(CursorLimitError):
        open_cursor(session, app, by="admin")
    open_cursor(session, app, NOW + LIFE)


@pytest.mark.parametrize("query", ["limit 10", "offset 10", "order by $id asc limit 1 offset 1"])
def test_a_cursor_takes_neither_limit_nor_offset(session, app, query):
    with pytest.raises(InvalidInputError) as refused:
        open_cursor(session, app, query=query)
    assert list(refused.value.errors) == ["query"]


@pytest.mark.parametrize(
    ("query", "refusal"), [("無 = 1", QueryFieldNotFoundError), ('担当 in ("nobody")', UserNotFoundError)]
)
def test_a_query_that_can_not_be_makes_no_cursor(session, app, query, refusal):
    with pytest.raises(refusal):
        open_cursor(session, app, query=query)
    assert session.scalar(select(func.count()).select_from(Cursor)) == 0


def test_the_cursor_of_another_user_or_site_does_not_exist(session, app):
    cursor = open_cursor(session, app)
    elsewhere = caller().__class__(site_id="elsewhere", code="sato", name="sato")
    for stranger in (caller("suzuki"), caller("admin"), elsewhere):
        for act in (read_cursor, delete_cursor):
            with pytest.raises(CursorNotFoundError):
                act(session, stranger, cursor.id, NOW)


def test_a_token_without_the_right_to_see_records_gets_no_cursor(session, app):
    with pytest.raises(TokenNotAllowedError):
        create_cursor(session, caller(token_permissions={app.app_id: frozenset({"add"})}), app, now=NOW)


@pytest.mark.parametrize("cursor_id", ["", "x" * 1000, "あ", "00000000-0000-0000-0000-000000000000"])
def test_an_id_of_no_cursor_is_refused(session, app, cursor_id):
    with pytest.raises(CursorNotFoundError):
        read_cursor(session, caller(), cursor_id, NOW)
