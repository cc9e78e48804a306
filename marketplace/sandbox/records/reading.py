"""Reads records: one by its number, or a list by a query."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import utc_now
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import RecordNotFoundError
from marketplace.sandbox.form import Form, JsonObject, live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.principals import find_principals
from marketplace.sandbox.query import Reach, compile_query, named_principals, parse_query
from marketplace.sandbox.records.loading import Wanted, load_wanted
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.rendering import render_records
from marketplace.sandbox.records.requests import MAX_RECORD_ID
from marketplace.sandbox.records.searching import search_condition
from marketplace.sandbox.rights.field_rights import FieldAccess, field_access
from marketplace.sandbox.rights.record_rights import record_condition
from marketplace.sandbox.rights.rules import Act

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
    access = field_access(form, caller)
    selection = _select(session, access, query=query, search=search, now=now)
    records = _load_in_order(session, app, list(session.scalars(selection)))
    total = None
    if total_count:
        everything = selection.order_by(None).limit(None).offset(None).subquery()
        total = session.scalar(select(func.count()).select_from(everything))
    return Records(render_records(session, form, records, fields, access), total)


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
    access = field_access(live_form(session, app), caller)
    selection = _select(session, access, query=query, search=search, now=now).limit(None).offset(None)
    return _stream(session, app, access, selection, fields)


def _stream(
    session: Session, app: App, access: FieldAccess, selection: Select[int], fields: Collection[str]
) -> Iterator[JsonObject]:
    # A reader that stops early must not leave a cursor open on the server.
    with closing(session.scalars(selection, execution_options={"yield_per": CHUNK})) as numbers:
        for chunk in numbers.partitions(CHUNK):
            yield from render_records(session, access.form, _load_in_order(session, app, chunk), fields, access)


def _select(session: Session, access: FieldAccess, *, query: str, search: str, now: datetime) -> Select[int]:
    """Return the statement of what a query and a search find among what the caller may see."""
    form, caller = access.form, access.caller
    parsed = parse_query(query)
    reach = Reach(record_condition(form, caller, now, Act.VIEW), access.conditions())
    selection = compile_query(parsed, access.form_seen, caller, now, reach)
    _require_known(session, form, named_principals(parsed, form))
    return selection.where(search_condition(access.form_seen, search, reach.fields)) if search.strip() else selection


def _load_in_order(session: Session, app: App, numbers: Collection[int]) -> list[Record]:
    found = session.scalars(
        select(Record)
        .where(Record.app_pk == app.pk, Record.record_id.in_(numbers))
        .execution_options(populate_existing=True)
    )
    by_number = {record.record_id: record for record in found}
    return [by_number[number] for number in numbers if number in by_number]


def _require_known(session: Session, form: Form, named: list[tuple[str, str]]) -> None:
    """Refuse a query that names somebody the site does not know."""
    directory = find_principals(session, form.site_id, named)
    for kind, code in named:
        directory.require(kind, code)
