"""Chooses the keys of apps: those they had before, else ones that people can read (docs/adr/keys-of-exports.md)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.kintone.client import AppSummary

LONGEST = 64
WORD = re.compile(r"[a-z0-9]+")
HAS_LETTERS = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """Under which keys apps went before."""

    by_id: Mapping[str, str] = field(default_factory=dict)
    """In this template: from earlier exports, or from its installation in the workspace."""
    by_name: Mapping[str, str] = field(default_factory=dict)
    """In the latest version of this template."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """By id, in other templates that are installed in the workspace."""


Rule = Callable[[AppSummary], str]


def choose_app_keys(apps: Sequence[AppSummary], wanted: Mapping[str, str], known: KnownKeys) -> dict[str, str]:
    """Return the key of each app by its id, all different.

    What the author asks for comes first, then what the app was called before, then its code, its name, a number. A
    stronger claim of any app goes before a weaker one of another; a key that the template knows is never given to
    an app that has no claim to it, for whoever upgrades would take the two for one.
    """
    chosen: dict[str, str] = {}
    claims: tuple[Rule, ...] = (
        lambda app: wanted.get(app.app_id, ""),
        lambda app: known.by_id.get(app.app_id, ""),
        lambda app: known.by_name.get(app.name, ""),
        lambda app: known.elsewhere.get(app.app_id, ""),
    )
    for claim in claims:
        for app in apps:
            key = claim(app)
            if app.app_id not in chosen and key and key not in chosen.values():
                chosen[app.app_id] = key
    taken = {*chosen.values(), *known.by_id.values(), *known.by_name.values()}
    for app in apps:
        if app.app_id not in chosen:
            words = words_of(app.code) or words_of(app.name)
            chosen[app.app_id] = _free(words, taken) if words else _numbered("app", taken)
            taken.add(chosen[app.app_id])
    return {app.app_id: chosen[app.app_id] for app in apps}


def words_of(text: str) -> str:
    """Return the ASCII words of a text, joined by hyphens; empty where they would tell nobody anything."""
    words = WORD.findall(unicodedata.normalize("NFKC", text).lower())
    joined = "-".join(words)[:LONGEST].strip("-")
    return joined if HAS_LETTERS.search(joined) else ""


def _free(key: str, taken: set[str]) -> str:
    return key if key not in taken else _numbered(key[: LONGEST - 4].strip("-"), taken, first=2)


def _numbered(stem: str, taken: set[str], first: int = 1) -> str:
    return next(key for number in range(first, len(taken) + first + 1) if (key := f"{stem}-{number}") not in taken)
