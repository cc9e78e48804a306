"""Moves records through the states of their app's process, and sets who works on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import (
    REQUIRED_PARAMETER,
    InvalidInputError,
    InvalidJsonError,
    RecordRevisionError,
)
from marketplace.sandbox.form import Form, ProcessAction, State, live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.principals import USER, find_principals
from marketplace.sandbox.query import compile_condition, parse_query
from marketplace.sandbox.records.candidates import Candidates
from marketplace.sandbox.records.changes import Written
from marketplace.sandbox.records.errors import (
    SINGLE_ASSIGNEE,
    TOO_MANY_ASSIGNEES,
    TOO_MANY_UPDATED,
    AssigneeNotAllowedError,
    AssigneeRequiredError,
    NotAssigneeError,
    ProcessDisabledError,
    StatusChangedError,
    invalid,
)
from marketplace.sandbox.records.index import rewrite_assignees
from marketplace.sandbox.records.loading import Wanted, load_wanted
from marketplace.sandbox.records.moments import to_minute
from marketplace.sandbox.records.policy import require, require_manager
from marketplace.sandbox.records.requests import read_batch, read_record_id, read_revision
from marketplace.sandbox.records.values import read_list, read_text
from marketplace.sandbox.rights.rules import Act
from marketplace.sandbox.webhooks import events

MAX_ASSIGNEES = 100
STATUS_STEPS = 2
"""kintone raises the revision by two: once for the action, once for the new state."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One record to move on."""

    record_id: int
    action: str
    assignee: str
    revision: int | None


def change_status(session: Session, caller: Caller, app: App, body: Any, now: datetime) -> Written:
    """Run an action on one record; `body` holds id, action, assignee, revision.

    Whoever sees the record may run it, if nobody is assigned or they are: as on kintone it needs no right to edit.
    """
    written = _change(session, caller, app, [_read_step(body, "")], now)[0]
    events.status_updated(session, caller, app, written.record_id, now)
    return written


def change_statuses(session: Session, caller: Caller, app: App, records: Any, now: datetime) -> list[Written]:
    """Run actions on up to 100 records; one refusal undoes all."""
    raws = read_batch(records, "records", TOO_MANY_UPDATED)
    steps = [_read_step(raw, f"records[{position}].") for position, raw in enumerate(raws)]
    return _change(session, caller, app, steps, now) if steps else []


def set_assignees(session: Session, caller: Caller, app: App, body: Any, now: datetime) -> Written:
    """Replace who works on a record; `body` holds id, assignees, revision. Managers of the app only."""
    require(session, caller, app, "view")
    require_manager(session, caller, app)
    if not isinstance(body, dict):
        raise InvalidJsonError
    record_id = read_record_id(body.get("id"), "id")
    revision = read_revision(body.get("revision"), "revision")
    codes = _read_assignees(body.get("assignees"))
    form = _form_with_process(session, app)
    record = load_wanted(session, form, Wanted(caller, [record_id], Act.VIEW, now), lock=True)[record_id]
    _require_revision(record, revision)
    state = form.process.by_name.get(status_of(form, record))
    if state is not None and state.assignee_type == "ONE" and len(codes) > 1:
        raise invalid("assignees", SINGLE_ASSIGNEE)
    directory = find_principals(session, app.site_id, ((USER, code) for code in codes))
    for code in codes:
        directory.require(USER, code)
    record.assignees = codes
    _touch(record, caller, now, revisions=1)
    session.flush()
    rewrite_assignees(session, form, [record_id], {record_id: codes})
    return Written(record_id, record.revision, "UPDATE")


def _read_assignees(raw: Any) -> list[str]:
    if raw is None:
        raise invalid("assignees", REQUIRED_PARAMETER)
    codes = list(dict.fromkeys(read_text(each) for each in read_list(raw)))
    if len(codes) > MAX_ASSIGNEES:
        raise invalid("assignees", TOO_MANY_ASSIGNEES)
    return codes


def _read_step(body: Any, prefix: str) -> _Step:
    if not isinstance(body, dict):
        raise InvalidJsonError
    action = read_text(body.get("action"))
    if not action:
        raise InvalidInputError({f"{prefix}action": [REQUIRED_PARAMETER]})
    return _Step(
        record_id=read_record_id(body.get("id"), f"{prefix}id"),
        action=action,
        assignee=read_text(body.get("assignee")),
        revision=read_revision(body.get("revision"), f"{prefix}revision"),
    )


def _form_with_process(session: Session, app: App) -> Form:
    form = live_form(session, app)
    if not form.process.enabled:
        raise ProcessDisabledError
    return form


def _change(session: Session, caller: Caller, app: App, steps: Sequence[_Step], now: datetime) -> list[Written]:
    require(session, caller, app, "view")
    form = _form_with_process(session, app)
    wanted = Wanted(caller, [step.record_id for step in steps], Act.VIEW, now)
    records = load_wanted(session, form, wanted, lock=True)
    chosen = []
    for step in steps:
        record = records[step.record_id]
        _require_revision(record, step.revision)
        chosen.append(_find_action(form, record, step.action))
        if record.assignees and caller.code not in record.assignees:
            raise NotAssigneeError
    _require_conditions(session, form, caller, now, pairs=list(zip(steps, chosen, strict=True)))
    mover = _Mover(session, form, caller, now)
    written = [
        mover.move(records[step.record_id], action, step.assignee) for step, action in zip(steps, chosen, strict=True)
    ]
    session.flush()
    rewrite_assignees(session, form, list(records), {number: each.assignees for number, each in records.items()})
    return written


def _require_revision(record: Record, revision: int | None) -> None:
    if revision not in {None, record.revision}:
        raise RecordRevisionError


def status_of(form: Form, record: Record) -> str:
    """Return the state of a record; one saved before the process was switched on is in the first."""
    first = form.process.first
    return record.status or (first.name if first else "")


def _find_action(form: Form, record: Record, name: str) -> ProcessAction:
    status = status_of(form, record)
    for action in form.process.actions:
        if action.name == name and action.source == status and action.target in form.process.by_name:
            return action
    raise StatusChangedError


def _require_conditions(
    session: Session, form: Form, caller: Caller, now: datetime, *, pairs: Sequence[tuple[_Step, ProcessAction]]
) -> None:
    """Refuse actions whose condition a record does not meet; one query per condition."""
    by_condition: dict[str, set[int]] = {}
    for step, action in pairs:
        if action.condition:
            by_condition.setdefault(action.condition, set()).add(step.record_id)
    for condition, numbers in by_condition.items():
        met = session.scalars(
            select(Record.record_id).where(
                compile_condition(parse_query(condition), form, caller, now), Record.record_id.in_(numbers)
            )
        )
        if set(met) != numbers:
            raise StatusChangedError


class _Mover:
    """Moves the records of one call; those who may become assignees are looked up once."""

    def __init__(self, session: Session, form: Form, caller: Caller, now: datetime) -> None:
        self.session = session
        self.form = form
        self.caller = caller
        self.now = now
        self.candidates = Candidates(session, form)

    def move(self, record: Record, action: ProcessAction, assignee: str) -> Written:
        """Move one record on, or note that one of several who must all agree has done so."""
        if status_of(self.form, record) != action.source:
            raise StatusChangedError  # the same call moved it already
        current = self.form.process.by_name[action.source]
        if current.assignee_type == "ALL" and len(record.assignees) > 1:
            record.assignees = [code for code in record.assignees if code != self.caller.code]
            _touch(record, self.caller, self.now, revisions=1)
        else:
            record.assignees = self._next_assignees(record, self.form.process.by_name[action.target], assignee)
            record.status = action.target
            _touch(record, self.caller, self.now, revisions=STATUS_STEPS)
        return Written(record.record_id, record.revision, "UPDATE")

    def _next_assignees(self, record: Record, state: State, assignee: str) -> list[str]:
        """Return who works on the record next. Raises AssigneeRequiredError, AssigneeNotAllowedError."""
        candidates = self.candidates.of(record, state)
        if state.assignee_type != "ONE" or not state.entities:
            if assignee:
                raise AssigneeNotAllowedError
            return candidates
        if not assignee:
            raise AssigneeRequiredError
        if assignee not in candidates:
            find_principals(self.session, self.form.site_id, [(USER, assignee)]).require(USER, assignee)
            raise AssigneeNotAllowedError
        return [assignee]


def _touch(record: Record, caller: Caller, now: datetime, *, revisions: int) -> None:
    record.revision += revisions
    record.updated_at = to_minute(now)
    record.modifier = caller.code
