"""Looks whether the code of somebody who was replaced still stands in some text or script of a bundle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from marketplace.bundle.model import Bundle
from marketplace.bundle.writing import canonical_files
from marketplace.exports.report import Mention

SHORTEST = 3
"""Characters of a code below which it would be found everywhere."""
PART_OF_WORD = r"[0-9A-Za-z_.@-]"


def find_mentions(bundle: Bundle, codes: Iterable[str]) -> Iterator[Mention]:
    """Yield each file that has a code as a word of its own; what is no text is passed over."""
    patterns = {code: _pattern(code) for code in dict.fromkeys(codes) if len(code) >= SHORTEST}
    for path, content in canonical_files(bundle).items():
        text = content.decode("utf-8", errors="replace")
        for code, pattern in patterns.items():
            if pattern.search(text):
                yield Mention(code, path)


def _pattern(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!{PART_OF_WORD}){re.escape(code)}(?!{PART_OF_WORD})")
