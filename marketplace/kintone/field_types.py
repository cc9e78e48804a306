"""What an installer may do with each type of field."""

from __future__ import annotations

from marketplace.bundle.field_types import BUILT_IN_TYPES
from marketplace.bundle.model import JsonObject

UNTOUCHABLE_TYPES = frozenset({"STATUS", "STATUS_ASSIGNEE", "CATEGORY"})
"""Come and go with other settings; the calls on forms refuse them."""


def is_built_in(field: JsonObject) -> bool:
    """Tell whether a field is in every form, under a code that depends on the language; it can only be renamed."""
    return field.get("type") in BUILT_IN_TYPES


def is_creatable(field: JsonObject) -> bool:
    """Tell whether a field is added by the installer."""
    return field.get("type") not in BUILT_IN_TYPES | UNTOUCHABLE_TYPES
