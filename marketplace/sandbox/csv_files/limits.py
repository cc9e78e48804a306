"""How much one import takes: it happens within one request, and holds off other writers meanwhile."""

from __future__ import annotations

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
MOST_LINES = 10_000
MOST_COLUMNS = 1_000


def limits() -> dict[str, str]:
    """Return the limits as sentences name them."""
    return {"megabytes": str(MOST_BYTES // MEGABYTE), "lines": f"{MOST_LINES:,}", "columns": f"{MOST_COLUMNS:,}"}
