"""What an answer says that caches may do with it."""

from __future__ import annotations

from functools import lru_cache

from werkzeug.datastructures import Headers
from werkzeug.http import parse_cache_control_header


def caches_are_told(directive: str, headers: Headers) -> bool:
    """Tell whether Cache-Control holds a directive, as `no-store`."""
    return directive in _directives(headers.get("Cache-Control", ""))


@lru_cache(maxsize=64)
def _directives(control: str) -> frozenset[str]:
    """Return the names in it; the service writes few of these headers, and each request asks several times."""
    return frozenset(parse_cache_control_header(control))
