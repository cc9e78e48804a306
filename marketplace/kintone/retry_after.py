"""Reads how long a server that is busy wants to be left alone (RFC 9110, Retry-After)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from marketplace.kernel.clock import utc_now
from marketplace.kintone.transport import Reply

LONGEST_NUMBER = 12


def read_retry_after(reply: Reply) -> float | None:
    """Return the seconds to wait, or None where the answer says nothing that makes sense."""
    headers = {name.lower(): value.strip() for name, value in reply.headers.items()}
    wanted = headers.get("retry-after", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= LONGEST_NUMBER:
        return float(wanted)
    moment = _moment(wanted)
    if moment is None:
        return None
    # Both by the server's own clock, where it tells the time: ours may differ.
    return max(0.0, (moment - (_moment(headers.get("date", "")) or utc_now())).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
