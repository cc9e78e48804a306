"""By what name an entry of a section is changed in a later version."""

from __future__ import annotations

import re
from collections.abc import Callable

from catalog_tools.source.reading import Block

FIELD_LINE = re.compile(
    r"(?P<joined>\+ )?(?P<code>[^\s:：「」*!+#>|]+)(?:「(?P<label>[^」]+)」)?(?P<marks>[*!]*)\s*:\s*(?P<rest>\S.*)",
)


def _field_key(text: str) -> str:
    if text.startswith("## "):
        return re.split(r"[「\s]", text[3:].strip())[0]
    if text.startswith(("# ", "> ")):
        return text.split(":", maxsplit=1)[0].strip()
    match = FIELD_LINE.fullmatch(text)
    return match["code"] if match else text


def _process_key(text: str) -> str:
    head, _, name = text.partition(":")
    return name.split(" if ")[0].strip() if "->" in head else head.strip()


def _notice_key(text: str) -> str:
    return text.rpartition(" : ")[2].strip()


def _record_key(text: str) -> str:
    return text.split("|", maxsplit=1)[0].strip()


def _head(text: str) -> str:
    return text.split(":", maxsplit=1)[0].strip()


KEYS: dict[str, Callable[[str], str]] = {
    "fields": _field_key,
    "process": _process_key,
    "notices": _notice_key,
    "records": _record_key,
}


def key_of(section: str, block: Block) -> str:
    """Return the name of an entry: a field's code, a view's name, the first value of a record …"""
    text = block.whole_text() if section == "notices" else block.text
    return KEYS.get(section, _head)(text)
