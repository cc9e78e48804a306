"""The rights on single records as a condition of the statement that reads them.

The first right whose condition a record meets decides, and within it the first holder that applies; a record that no
right is about is left to the rights of the app. So totals and pages are right, and a list costs no further statement.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, case, false, true

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import Form
from marketplace.sandbox.query import compile_condition, parse_query
from marketplace.sandbox.rights.naming import caller_named
from marketplace.sandbox.rights.rules import Act, RecordRight

Verdict = ColumnElement[bool] | bool
"""A verdict that is the same for all records stays a plain truth value."""


def record_condition(form: Form, caller: Caller, now: datetime, act: Act) -> ColumnElement[bool]:
    """Return the condition that the caller may do something with a record; the rights of the app are another matter."""
    if caller.is_unlimited:
        return true()
    verdicts = [_verdict(right, form, caller, now, act) for right in form.record_rights]
    if all(granted is True for _, granted in verdicts):
        return true()
    return case(*((applies, _as_sql(granted)) for applies, granted in verdicts), else_=true())


def _verdict(
    right: RecordRight, form: Form, caller: Caller, now: datetime, act: Act
) -> tuple[ColumnElement[bool], Verdict]:
    """Return which records a right is about, and what it says; a condition the form has outgrown closes the rest."""
    if not right.condition.strip():
        return true(), _granted(right, form, caller, act)
    try:
        applies = compile_condition(parse_query(right.condition), form, caller, now)
    except PlatformError:
        return true(), False
    return applies, _granted(right, form, caller, act)


def _granted(right: RecordRight, form: Form, caller: Caller, act: Act) -> Verdict:
    named: list[tuple[ColumnElement[bool], ColumnElement[bool]]] = []
    decided: Verdict = False
    for holder, acts in right.holders:
        if holder.is_field:
            condition = caller_named(form, holder, caller)
            if condition is not None:
                named.append((condition, _as_sql(act in acts)))
        elif holder.holds(caller):
            decided = act in acts
            break
    return case(*named, else_=_as_sql(decided)) if named else decided


def _as_sql(verdict: Verdict) -> ColumnElement[bool]:
    if isinstance(verdict, bool):
        return true() if verdict else false()
    return verdict
