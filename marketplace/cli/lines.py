"""Finds the line of a value in a JSON file by its pointer."""

from __future__ import annotations

import json
import re

SPACE = re.compile(r"[ \t\r\n]*")


def lines_by_pointer(text: str) -> dict[str, int]:
    """Return the line on which each value of a JSON document begins, by its pointer (RFC 6901).

    Empty for what is no JSON. The reader of bundles has limited size and depth before.
    """
    index = _Index(text)
    try:
        index.read_value(index.after_space(0), "")
    except (ValueError, IndexError):
        return {}
    return index.lines


class _Index:
    """Walks over a document once; what nothing lies in is read by the library."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: dict[str, int] = {}
        self._seen, self._line = 0, 1
        self._decoder = json.JSONDecoder()

    def after_space(self, at: int) -> int:
        found = SPACE.match(self.text, at)
        return found.end() if found else at

    def read_value(self, at: int, pointer: str) -> int:
        """Note a value and all in it, and return the place after it."""
        self._line += self.text.count("\n", self._seen, at)
        self._seen = at
        self.lines[pointer] = self._line
        if self.text[at] == "{":
            return self._read_members(at + 1, pointer)
        if self.text[at] == "[":
            return self._read_items(at + 1, pointer)
        return self._skip(at)[1]

    def _skip(self, at: int) -> tuple[object, int]:
        value, end = self._decoder.raw_decode(self.text, at)
        return value, end

    def _read_members(self, at: int, pointer: str) -> int:
        at = self.after_space(at)
        while self.text[at] != "}":
            key, end = self._skip(at)
            step = str(key).replace("~", "~0").replace("/", "~1")
            colon = self.after_space(end)
            at = self._after_comma(self.read_value(self.after_space(colon + 1), f"{pointer}/{step}"))
        return at + 1

    def _read_items(self, at: int, pointer: str) -> int:
        at, position = self.after_space(at), 0
        while self.text[at] != "]":
            at = self._after_comma(self.read_value(at, f"{pointer}/{position}"))
            position += 1
        return at + 1

    def _after_comma(self, at: int) -> int:
        at = self.after_space(at)
        return self.after_space(at + 1) if self.text[at] == "," else at
