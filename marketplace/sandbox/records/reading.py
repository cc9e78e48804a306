"""Reads records: one by its number, or a list by a query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
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
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.sandbox.rights.record_rights import record_condition
from marketplace.sandbox.rights.rules import Act


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
    fields: Collection[str] = (),
    total_count: bool = False,
    now: datetime,
) -> Records:
    """Return the records a query selects of those the caller may see, in its order; `total_count` counts them all."""
    require(session, caller, app, "view")
    form = live_form(session, app)
    access = field_access(form, caller)
    parsed = parse_query(query)
    reach = Reach(record_condition(form, caller, now, Act.VIEW), access.conditions())
    selection = compile_query(parsed, access.form_seen, caller, now, reach)
    _require_known(session, form, named_principals(parsed, form))
    numbers = list(session.scalars(selection))
    found = session.scalars(
        select(Record)
        .where(Record.app_pk == app.pk, Record.record_id.in_(numbers))
        .execution_options(populate_existing=True)
    )
    by_number = {record.record_id: record for record in found}
    records = [by_number[number] for number in numbers if number in by_number]
    total = None
    if total_count:
        everything = selection.order_by(None).limit(None).offset(None).subquery()
        total = session.scalar(select(func.count()).select_from(everything))
    return Records(render_records(session, form, records, fields, access), total)


def _require_known(session: Session, form: Form, named: list[tuple[str, str]]) -> None:
    """Refuse a query that names somebody the site does not know."""
    directory = find_principals(session, form.site_id, named)
    for kind, code in named:
        directory.require(kind, code)
