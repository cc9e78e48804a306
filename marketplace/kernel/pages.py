"""Lists that are read page by page with an opaque cursor."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

from marketplace.kernel.errors import InvalidError
from marketplace.kernel.text import Text

Item = TypeVar("Item")
CursorKey = tuple[str | int | float | None, ...]

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class CursorInvalidError(InvalidError):
    """A cursor that this list did not hand out."""

    code = "cursor-invalid"
    title = Text("ページの位置を示す値が正しくありません。", "The cursor is not one of this list.")
    remedy = Text("cursorを外して、先頭から読み直してください。", "Leave out the cursor and start from the first page.")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list, and the cursor of the next ones (None at the end)."""

    items: list[Item]
    next_cursor: str | None = None


def write_cursor(key: CursorKey) -> str:
    """Return the sort key of a page's last item as an opaque string."""
    return base64.urlsafe_b64encode(json.dumps(key).encode("utf-8")).decode("ascii").rstrip("=")


def read_cursor(cursor: str, length: int) -> CursorKey:
    """Return the sort key inside a cursor. Raises CursorInvalidError."""
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise CursorInvalidError from error
    if not isinstance(key, list) or len(key) != length or any(isinstance(part, list | dict | bool) for part in key):
        raise CursorInvalidError
    return tuple(key)
