"""Names the users, groups and organisations a query mentions, so that unknown ones can be refused before it runs."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.sandbox.form import FieldType, Form
from marketplace.sandbox.models import PrincipalKind
from marketplace.sandbox.principals import USER
from marketplace.sandbox.query.operators import USER_TYPES
from marketplace.sandbox.query.tree import FieldName, Literal, Query

KINDS = {
    **dict.fromkeys(USER_TYPES, USER),
    FieldType.ORGANIZATION_SELECT: PrincipalKind.ORGANIZATION.value,
    FieldType.GROUP_SELECT: PrincipalKind.GROUP.value,
}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a query names, and the field it asks about."""

    field: FieldName
    kind: str
    code: str


def named_principals(query: Query, form: Form) -> list[Named]:
    """Return everyone a query names, in its order."""
    named = []
    for comparison in query.comparisons:
        field = form.find(comparison.field.code)
        kind = None if field is None else KINDS.get(field.type)
        if kind is not None:
            named += [
                Named(comparison.field, kind, each.text)
                for each in comparison.values
                if isinstance(each, Literal) and each.text
            ]
    return named
