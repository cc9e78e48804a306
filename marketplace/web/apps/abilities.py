"""What the caller may do, for pages that offer only what will be accepted; the services decide again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marketplace.sandbox.form import Field, Form
from marketplace.sandbox.policy import may as may_in_app
from marketplace.sandbox.records.content import Content
from marketplace.sandbox.records.evaluating import evaluate_rights
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.sandbox.rights.naming import Facts
from marketplace.sandbox.rights.rules import Access
from marketplace.web.apps.entry import READ_ONLY
from marketplace.web.apps.visit import Visit


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the caller may do with one record, and which of its fields stay as they are."""

    may_edit: bool
    may_delete: bool
    fixed: frozenset[str]
    """Codes of the fields that the caller can't change, seen or not."""


def may(here: Visit, permission: str) -> bool:
    """Tell whether the caller holds a permission (view, add, edit, delete, admin) for the app."""
    return may_in_app(here.ctx.session, here.caller, here.live.app, permission)


def abilities(here: Visit, record_id: int) -> Abilities:
    """Return what the caller may do with a record. Raises RecordNotFoundError."""
    rights = evaluate_rights(here.ctx.session, here.caller, here.live.app, [record_id], here.ctx.now())[0]
    fixed = (code for code, each in rights["fields"].items() if not each["editable"])
    return Abilities(rights["record"]["editable"], rights["record"]["deletable"], frozenset(fixed))


def fixed_at_birth(here: Visit, form: Form) -> frozenset[str]:
    """Return the codes of the fields that a new record of the caller holds as its defaults say."""
    access = field_access(form, here.caller)
    facts = Facts(here.caller.code, here.caller.code, (), Content())
    return frozenset(each.code for each in form.every_field() if access.in_record(each, facts) < Access.WRITE)


def with_fixed(form: Form, fixed: frozenset[str]) -> Form:
    """Return the form with some fields marked as not to be filled in."""
    return replace(form, fields={code: _marked(each, fixed) for code, each in form.fields.items()}) if fixed else form


def _marked(field: Field, fixed: frozenset[str]) -> Field:
    inner = None if field.inner is None else {code: _marked(each, fixed) for code, each in field.inner.items()}
    if field.code in fixed:
        return replace(field, settings={**field.settings, READ_ONLY: True}, inner=inner)
    return replace(field, inner=inner)
