"""All that is wrong with one record call, under the keys kintone names it by."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.form import LIST_TYPES, Field, FieldType


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in the request: the record, and the row when it is inside a table."""

    root: str
    """`record` for a single call, `records[3]` in bulk."""
    table: str | None = None
    row: int = 0

    def in_row(self, table: str, row: int) -> Place:
        """Return the place of a table row of the same record."""
        return replace(self, table=table, row=row)

    def key(self, code: str, suffix: str = ".value") -> str:
        """Return the key of a message about a field."""
        if self.table is None:
            return f"{self.root}.{code}{suffix}"
        return f"{self.root}.{self.table}.value[{self.row}].value.{code}{suffix}"

    def number_key(self, code: str) -> str:
        """Return the key of "not a number", which kintone writes with brackets."""
        return f"{self.root}[{code}].value"


@dataclass(slots=True)
class Problems:
    """Collects messages so that the caller learns of all of them at once."""

    errors: dict[str, list[Text]] = field(default_factory=dict)

    def add(self, key: str, message: Text) -> None:
        """Note one message."""
        self.errors.setdefault(key, []).append(message)

    def refuse(self) -> None:
        """Raise InvalidInputError if anything was noted."""
        if self.errors:
            raise InvalidInputError(self.errors)


def required_suffix(field: Field) -> str:
    """Return the ending of the key that says a field of this type is empty."""
    if field.type not in LIST_TYPES:
        return ".value"
    chosen = {FieldType.CHECK_BOX, FieldType.MULTI_SELECT, FieldType.FILE}
    return ".values" if field.type in chosen else ".values.value"
