"""Reads records: one by its number, or a list by a query."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from marketplace.kernel.clock import utc_now
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import InvalidInputError, RecordNotFoundError
from marketplace.sandbox.form import Form, JsonObject, live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.principals import find_principals
from marketplace.sandbox.query import compile_query, named_principals, parse_query
from marketplace.sandbox.query.errors import at
from marketplace.sandbox.query.naming import Named
from marketplace.sandbox.query.tree import Query
from marketplace.sandbox.records.errors import INNER_FIELD
from marketplace.sandbox.records.loading import Wanted, load_wanted
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.rendering import render_records
from marketplace.sandbox.records.requests import MAX_RECORD_ID
from marketplace.sandbox.records.searching import search_condition
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.sandbox.rights.rules import Act
from marketplace.sandbox.rights.sight import sight_of

CHUNK = 500
"""How many records a stream holds at once."""


@dataclass(frozen=True, slots=True)
class Records:
    """Some records in REST shape; `total_count` is None unless it was asked for."""

    records: list[JsonObject]
    total_count: int | None = None


def get_record(session: Session, caller: Caller, app: App, record_id: int, now: datetime | None = None) -> JsonObject:
    """Return one record in REST shape, without the fields hidden from the caller.

    `now` is what conditions of rights take for the present. Raises RecordNotFoundError or NoPrivilegeError.
    """
    require(session, caller, app, "view")
    form = live_form(session, app)
    found = load_wanted(session, form, Wanted(caller, [record_id], Act.VIEW, now or utc_now()))[record_id]
    return render_records(session, form, [found], access=field_access(form, caller))[0]


def load_record(session: Session, app: App, record_id: int) -> Record:
    """Return the stored record, whoever may see it; `loading.load_for` asks. Raises RecordNotFoundError."""
    found = None
    if 1 <= record_id <= MAX_RECORD_ID:
        found = session.scalar(
            select(Record)
            .where(Record.app_pk == app.pk, Record.record_id == record_id)
            .execution_options(populate_existing=True)
        )
    if found is None:
        raise RecordNotFoundError(id=record_id)
    return found


def list_records(  # noqa: PLR0913 - the parameters of the call
    session: Session,
    caller: Caller,
    app: App,
    *,
    query: str = "",
    search: str = "",
    fields: Collection[str] = (),
    total_count: bool = False,
    now: datetime,
) -> Records:
    """Return the records a query selects of those the caller may see, in its order; `total_count` counts them all.

    `search` keeps only records whose texts hold each of its words.
    """
    require(session, caller, app, "view")
    form = live_form(session, app)
    check_fields(form, fields)
    parsed = parse_query(query)
    selection = select_numbers(session, form, caller, parsed, now, search)
    is_filtered = parsed.condition is not None or bool(search.strip())
    numbers, total = _select(session, selection, parsed, counted=total_count, is_filtered=is_filtered)
    return Records(read_records(session, form, caller, numbers, fields), total)


def check_fields(form: Form, fields: Collection[str]) -> None:
    """Refuse to show columns of tables on their own; codes that the form lacks do no harm. Raises InvalidInputError."""
    problems = {
        f"fields[{position}]": [INNER_FIELD] for position, code in enumerate(fields) if code in form.inner_fields
    }
    if problems:
        raise InvalidInputError(problems)


def select_numbers(
    session: Session, form: Form, caller: Caller, query: Query, now: datetime, search: str = ""
) -> Select[int]:
    """Return the statement that yields the numbers of the records a query selects for a caller, in its order.

    Raises what `compile_query` raises, and the refusal of somebody the site does not know.
    """
    sight = sight_of(form, caller, now)
    selection = compile_query(query, sight.form, caller, now, sight.reach)
    _require_known(session, form, named_principals(query, form))
    return selection.where(search_condition(sight, search)) if search.strip() else selection


def read_records(
    session: Session, form: Form, caller: Caller, numbers: Sequence[int], fields: Collection[str] = ()
) -> list[JsonObject]:
    """Return records in REST shape by their numbers, in this order; those that are gone are left out."""
    found = session.scalars(
        select(Record)
        .where(Record.app_pk == form.app_pk, Record.record_id.in_(numbers))
        .execution_options(populate_existing=True)
    )
    by_number = {record.record_id: record for record in found}
    records = [by_number[number] for number in numbers if number in by_number]
    return render_records(session, form, records, fields, field_access(form, caller))


def _select(
    session: Session, selection: Select[int], query: Query, *, counted: bool, is_filtered: bool
) -> tuple[list[int], int | None]:
    """Return the record numbers of the page and, if wanted, how many there are on all pages.

    What a condition selects is searched once for both; all records of an app are counted faster than they are read.
    """
    if not counted:
        return list(session.scalars(selection)), None
    if is_filtered:
        rows = session.execute(selection.add_columns(func.count().over())).all()
        numbers, total = [number for number, _ in rows], rows[0][1] if rows else 0
        beyond = not rows and (query.offset or query.limit == 0)
    else:
        numbers, total, beyond = list(session.scalars(selection)), 0, True
    if beyond:
        condition = selection.whereclause
        total = session.scalar(
            select(func.count()).select_from(Record).where(true() if condition is None else condition)
        )
    return numbers, total


def stream_records(  # noqa: PLR0913 - the parameters of the call
    session: Session,
    caller: Caller,
    app: App,
    *,
    query: str = "",
    search: str = "",
    fields: Collection[str] = (),
    now: datetime,
) -> Iterator[JsonObject]:
    """Yield every record a query selects, whatever its limit, in its order and in the memory of a few hundred.

    The refusals of `list_records` are raised at once, before the first record is asked for.
    """
    require(session, caller, app, "view")
    form = live_form(session, app)
    selection = select_numbers(session, form, caller, parse_query(query), now, search).limit(None).offset(None)
    return _stream(session, form, caller, selection, fields)


def _stream(
    session: Session, form: Form, caller: Caller, selection: Select[int], fields: Collection[str]
) -> Iterator[JsonObject]:
    # A reader that stops early must not leave a cursor open on the server.
    with closing(session.scalars(selection, execution_options={"yield_per": CHUNK})) as numbers:
        for chunk in numbers.partitions(CHUNK):
            yield from read_records(session, form, caller, chunk, fields)


def _require_known(session: Session, form: Form, named: list[Named]) -> None:
    """Refuse a query that names somebody the site does not know."""
    directory = find_principals(session, form.site_id, ((each.kind, each.code) for each in named))
    for each in named:
        with at(each.field):
            directory.require(each.kind, each.code)
