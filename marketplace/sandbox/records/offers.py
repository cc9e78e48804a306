"""The actions that a caller may run on a record now, with what each of them does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import Form, ProcessAction
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.principals import USER, find_principals
from marketplace.sandbox.query import compile_condition, parse_query
from marketplace.sandbox.records.candidates import Candidates
from marketplace.sandbox.records.loading import load_for
from marketplace.sandbox.records.process import status_of
from marketplace.sandbox.rights.rules import Act

ONE_OF_SEVERAL = "ALL"


@dataclass(frozen=True, slots=True)
class Person:
    """A user as pages name them."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One action: the states it leads from and to, and who works on the record then."""

    name: str
    source: str
    target: str
    must_choose: bool
    """Tells whether the caller has to name one of the people."""
    people: tuple[Person, ...]
    waits_for_others: bool
    """Tells whether the state changes only once all the other assignees have run the action too."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What the process lets a caller do with a record."""

    is_assignee: bool
    """Tells whether the record waits for the caller, or for anybody."""
    offers: tuple[Offer, ...]
    closed: tuple[str, ...] = ()
    """The names of the actions whose conditions the record does not meet yet."""


def list_offers(session: Session, caller: Caller, app: App, form: Form, record_id: int, now: datetime) -> Offers:
    """Return the actions open to a caller: one query for each condition, a few for all the people.

    Raises RecordNotFoundError or NoPrivilegeError.
    """
    record = load_for(session, caller, app, record_id, Act.VIEW, now)
    if not form.process.enabled:
        return Offers(is_assignee=True, offers=())
    if record.assignees and caller.code not in record.assignees:
        return Offers(is_assignee=False, offers=())
    leading_on = _leading_on(form, record)
    actions = [action for action in leading_on if _is_open(session, form, caller, record, action, now)]
    candidates = Candidates(session, form)
    codes = {action.name: candidates.of(record, form.process.by_name[action.target]) for action in actions}
    directory = find_principals(session, form.site_id, ((USER, code) for each in codes.values() for code in each))

    def people(action: ProcessAction) -> tuple[Person, ...]:
        known = (code for code in codes[action.name] if directory.knows(USER, code))
        return tuple(Person(code, directory.names[USER, code]) for code in known)

    return Offers(
        is_assignee=True,
        offers=tuple(_offer(form, record, action, people(action)) for action in actions),
        closed=tuple(action.name for action in leading_on if action not in actions),
    )


def _leading_on(form: Form, record: Record) -> list[ProcessAction]:
    status = status_of(form, record)
    return [each for each in form.process.actions if each.source == status and each.target in form.process.by_name]


def _is_open(
    session: Session, form: Form, caller: Caller, record: Record, action: ProcessAction, now: datetime
) -> bool:
    if not action.condition:
        return True
    condition = compile_condition(parse_query(action.condition), form, caller, now)
    return session.scalar(select(Record.record_id).where(condition, Record.record_id == record.record_id)) is not None


def _offer(form: Form, record: Record, action: ProcessAction, people: tuple[Person, ...]) -> Offer:
    current, following = form.process.by_name[action.source], form.process.by_name[action.target]
    return Offer(
        name=action.name,
        source=action.source,
        target=action.target,
        must_choose=following.assignee_type == "ONE" and bool(following.entities),
        people=people,
        waits_for_others=current.assignee_type == ONE_OF_SEVERAL and len(record.assignees) > 1,
    )
