"""Reads options of the form KEY=VALUE."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.kernel.text import Text


def read_pairs(given: Iterable[str]) -> dict[str, str]:
    """Return the values by their keys. Raises CommandError."""
    return dict(_read_pair(pair) for pair in given)


def _read_pair(pair: str) -> tuple[str, str]:
    key, equals, value = pair.partition("=")
    if not equals or not key.strip():
        title = Text(f"「{pair}」を読み取れません。", f"“{pair}” can't be read.")
        remedy = Text(
            "section-chief=sato のように「=」でつないで指定してください。", "Give it like section-chief=sato."
        )
        raise CommandError(Outcome.USAGE, title, remedy, code="pair-unreadable")
    return key.strip(), value.strip()
