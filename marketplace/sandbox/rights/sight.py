"""What a caller sees of an app: the form without hidden fields, and the reach of queries over its records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import Form
from marketplace.sandbox.query import Reach
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.sandbox.rights.record_rights import record_condition
from marketplace.sandbox.rights.rules import Act


@dataclass(frozen=True, slots=True)
class Sight:
    """The fields and the records that a query of one caller may touch."""

    form: Form
    reach: Reach


def sight_of(form: Form, caller: Caller, now: datetime) -> Sight:
    """Return what a caller sees of the app of a form."""
    access = field_access(form, caller)
    return Sight(access.form_seen, Reach(record_condition(form, caller, now, Act.VIEW), access.conditions()))
