"""Tells what JavaScript and CSS reach: the hosts they name, and calls whose host is put together only as they run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from marketplace.kernel.personal import is_example_host
from marketplace.publishing.scan.held import SuspectKind

ADDRESS = re.compile(
    r"(?:(?:https?|wss?|ftp):\\?/\\?/|(?<=[\"'`(])\\?/\\?/)([^\s/\"'`?#<>(){}\\|,;$]{1,260})", re.IGNORECASE
)
HOST = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}|(?:\d{1,3}\.){3}\d{1,3}|localhost|\[[0-9a-f:.]+\]", re.IGNORECASE)
NAMESPACES = frozenset({"www.w3.org"})
"""Names in drawings and documents that look like addresses; nothing is fetched from them."""
LITERAL = r"(?!\s*(?:[\"']|`(?!\$)|\)))"
CALL = re.compile(
    r"(?<![\w$.])(?P<plain>fetch|importScripts|import|eval)\s*\("
    r"|(?P<method>kintone\.proxy(?:\.upload)?|(?:\$|jQuery)\.(?:ajax|get|post|getJSON|getScript)|axios(?:\.\w{1,10})?"
    r"|navigator\.sendBeacon|window\.fetch)\s*\("
    r"|new\s+(?P<made>WebSocket|EventSource|SharedWorker|Worker|Function)\s*\(",
)
ARGUMENT = re.compile(LITERAL)
ALWAYS = frozenset({"eval", "Function"})
"""What they run is nowhere to be read."""
REQUEST = re.compile(r"\bXMLHttpRequest\b")
OPENED = re.compile(r"\.open\s*\(\s*[\"'`]\w{1,10}[\"'`]\s*,\s*(?![\"']|`(?!\$))")


def reaches_of(text: str) -> Iterator[tuple[SuspectKind, str, int]]:
    """Yield each host and each unreadable call of a script once, with where it stands first."""
    seen: set[tuple[SuspectKind, str]] = set()
    for kind, written, at in chain(_hosts(text), _calls(text)):
        if (kind, written) not in seen:
            seen.add((kind, written))
            yield kind, written, at


def host_of(address: str) -> str | None:
    """Return the host of an address that a script is loaded from; None when it is only an example."""
    return next((written for _kind, written, _at in _hosts(address)), None)


def _hosts(text: str) -> Iterator[tuple[SuspectKind, str, int]]:
    for found in ADDRESS.finditer(text):
        host = HOST.match(found[1].rpartition("@")[2].lower())
        if host and host[0] not in NAMESPACES and not is_example_host(host[0]):
            yield SuspectKind.HOST, host[0], found.start()


def _calls(text: str) -> Iterator[tuple[SuspectKind, str, int]]:
    for found in CALL.finditer(text):
        name = found["plain"] or found["method"] or found["made"]
        if name in ALWAYS or ARGUMENT.match(text, found.end()):
            yield SuspectKind.CALL, name, found.start()
    opened = OPENED.search(text) if REQUEST.search(text) else None
    if opened is not None:
        yield SuspectKind.CALL, "XMLHttpRequest", opened.start()
