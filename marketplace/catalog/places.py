"""Places in lists that are sorted by a moment and an id, as cursors."""

from __future__ import annotations

from datetime import datetime

from marketplace.kernel.pages import CursorInvalidError, read_cursor, write_cursor


def write_place(moment: datetime, last_id: str) -> str:
    """Return the cursor of the items after this one."""
    return write_cursor((moment.isoformat(), last_id))


def read_place(cursor: str) -> tuple[datetime, str]:
    """Return the moment and the id inside a cursor. Raises CursorInvalidError."""
    moment, last_id = read_cursor(cursor, 2)
    return read_moment(moment), read_id(last_id)


def read_moment(part: object) -> datetime:
    """Return a moment with its time zone. Raises CursorInvalidError."""
    try:
        moment = datetime.fromisoformat(str(part))
    except ValueError as error:
        raise CursorInvalidError from error
    if moment.tzinfo is None or not 1 < moment.year < 9999:  # noqa: PLR2004 - room for the time zone
        raise CursorInvalidError
    return moment


def read_id(part: object) -> str:
    """Return an id: letters and digits only, so the database never sees anything else. Raises CursorInvalidError."""
    if not (isinstance(part, str) and part.isascii() and part.isalnum()):
        raise CursorInvalidError
    return part
