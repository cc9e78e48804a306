"""Where a page may send the browser next: only to a path of this site."""

from __future__ import annotations

from urllib.parse import urlsplit

FIRST_PRINTABLE = " "


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """Return the wanted path when it stays on this site, else the other one."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return otherwise
    if any(letter <= FIRST_PRINTABLE for letter in wanted):
        return otherwise  # Browsers drop tabs and line ends, which would turn "/\t/host" into "//host".
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    # "/.//host" stays here for browsers; whoever tidies up addresses on the way could make "//host" of it.
    return otherwise if parts.scheme or parts.netloc or "//" in parts.path else wanted
