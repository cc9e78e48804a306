"""Loads stored records for somebody who wants to see, change or delete them; all that are asked for, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import utc_now
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError, RecordNotFoundError
from marketplace.sandbox.form import Form, live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.requests import MAX_RECORD_ID
from marketplace.sandbox.rights.record_rights import record_condition
from marketplace.sandbox.rights.rules import Act


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants to do what with which records, and when."""

    caller: Caller
    record_ids: Sequence[int]
    act: Act
    now: datetime


def load_for(
    session: Session,
    caller: Caller,
    app: App,
    record_id: int,
    act: Act = Act.VIEW,
    now: datetime | None = None,
) -> Record:
    """Return one record that the caller may see (or change, or delete), by the rights of the app and of the record.

    For all that hangs on a record: comments, history, files. Raises AppNotFoundError, RecordNotFoundError,
    NoPrivilegeError or TokenNotAllowedError.
    """
    require(session, caller, app, act.value)
    wanted = Wanted(caller, [record_id], act, now or utc_now())
    return load_wanted(session, live_form(session, app), wanted)[record_id]


def load_wanted(session: Session, form: Form, wanted: Wanted, *, lock: bool = False) -> dict[int, Record]:
    """Return records by number, in one query. Raises RecordNotFoundError, or NoPrivilegeError by a record's rights."""
    allowed = record_condition(form, wanted.caller, wanted.now, wanted.act)
    numbers = [number for number in wanted.record_ids if 1 <= number <= MAX_RECORD_ID]
    statement = (
        select(Record, allowed)
        .where(Record.app_pk == form.app_pk, Record.record_id.in_(numbers))
        .execution_options(populate_existing=True)
    )
    rows = session.execute(statement.with_for_update() if lock else statement)
    found = {record.record_id: (record, may) for record, may in rows}
    for number in wanted.record_ids:
        if number not in found:
            raise RecordNotFoundError(id=number)
        if not found[number][1]:
            raise NoPrivilegeError
    return {number: record for number, (record, _) in found.items()}
