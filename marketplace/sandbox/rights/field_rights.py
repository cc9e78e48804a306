"""The rights on fields: which fields a caller always, sometimes or never sees, and may change in a record.

A right may depend on whom the record names. A field that the caller sees in some records only is left out of the
others, and no condition or order tells anything about it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, case, false, true

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import Field, Form
from marketplace.sandbox.rights.holders import Holder
from marketplace.sandbox.rights.naming import Facts, caller_named, names_caller
from marketplace.sandbox.rights.rules import Access, FieldRight


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one field's right says to one caller: to whom a field of the record names, and otherwise."""

    by_record: tuple[tuple[Holder, Access], ...]
    otherwise: Access

    @property
    def best(self) -> Access:
        """The most that any record may allow."""
        return max([self.otherwise, *(access for _, access in self.by_record)])

    @property
    def hides_in_some(self) -> bool:
        """Tell whether the field is seen in some records and hidden in others."""
        accesses = [self.otherwise, *(access for _, access in self.by_record)]
        return Access.NONE in accesses and self.best is not Access.NONE


@dataclass(frozen=True)
class FieldAccess:
    """The rights of one caller on the fields of one form."""

    form: Form
    caller: Caller
    rules: Mapping[str, _Rule]
    _seen: dict[frozenset[str], Form] = field(default_factory=dict)

    @property
    def is_limited(self) -> bool:
        """Tell whether any field is not open to the caller."""
        return bool(self.rules)

    @property
    def form_seen(self) -> Form:
        """The form without the fields that the caller sees in no record."""
        return self._without(frozenset(code for code, rule in self.rules.items() if rule.best is Access.NONE))

    def form_in(self, facts: Facts) -> Form:
        """Return the form without the fields that the caller does not see in a record."""
        return self._without(frozenset(code for code in self.rules if self._of(code, facts) is Access.NONE))

    def in_record(self, of: Field, facts: Facts) -> Access:
        """Return what the caller may do with a field in a record; a column is never more open than its table."""
        access = self._of(of.code, facts)
        return access if of.table is None else min(access, self._of(of.table, facts))

    def conditions(self) -> dict[int, ColumnElement[bool]]:
        """Return the condition that a record shows a field, by the field's number, for those that not all show."""
        found = {code: self._condition(rule) for code, rule in self.rules.items() if rule.hides_in_some}
        by_field: dict[int, ColumnElement[bool]] = {}
        for each in self.form.every_field():
            own = [found[code] for code in (each.code, each.table) if code in found]
            if own:
                by_field[each.id] = own[0] if len(own) == 1 else own[0] & own[1]
        return by_field

    def _of(self, code: str, facts: Facts) -> Access:
        rule = self.rules.get(code)
        if rule is None:
            return Access.WRITE
        for holder, access in rule.by_record:
            if names_caller(self.form, holder, self.caller, facts):
                return access
        return rule.otherwise

    def _condition(self, rule: _Rule) -> ColumnElement[bool]:
        named = [
            (condition, false() if access is Access.NONE else true())
            for holder, access in rule.by_record
            if (condition := caller_named(self.form, holder, self.caller)) is not None
        ]
        otherwise = false() if rule.otherwise is Access.NONE else true()
        return case(*named, else_=otherwise) if named else otherwise

    def _without(self, hidden: frozenset[str]) -> Form:
        """Return the form without some fields; the same form each time, for a page shows many records alike."""
        if not hidden:
            return self.form
        if hidden not in self._seen:
            fields = {code: _column_less(each, hidden) for code, each in self.form.fields.items() if code not in hidden}
            self._seen[hidden] = replace(self.form, fields=fields)
        return self._seen[hidden]


def field_access(form: Form, caller: Caller) -> FieldAccess:
    """Return what a caller may do with the fields of a form."""
    if caller.is_unlimited:
        return FieldAccess(form, caller, {})
    rules = {right.code: _rule(right, caller) for right in form.field_rights}
    return FieldAccess(form, caller, {code: rule for code, rule in rules.items() if not _is_open(rule)})


def _rule(right: FieldRight, caller: Caller) -> _Rule:
    by_record: list[tuple[Holder, Access]] = []
    for holder, access in right.holders:
        if holder.is_field:
            by_record.append((holder, access))
        elif holder.holds(caller):
            return _Rule(tuple(by_record), access)
    return _Rule(tuple(by_record), Access.NONE)


def _is_open(rule: _Rule) -> bool:
    return all(access is Access.WRITE for access in (rule.otherwise, *(each for _, each in rule.by_record)))


def _column_less(each: Field, hidden: frozenset[str]) -> Field:
    """Return a table without the hidden columns; other fields as they are."""
    if each.inner is None or hidden.isdisjoint(each.inner):
        return each
    return replace(each, inner={code: column for code, column in each.inner.items() if code not in hidden})
