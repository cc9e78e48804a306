"""Looks for two templates with the same purpose, or with the same icon."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from catalog_tools.checking.flaws import Flaw
from marketplace.bundle.model import Bundle

SAME_NAME = 0.7
SAME_CONTENT = 0.55


def likeness_flaws(bundles: Sequence[Bundle]) -> Iterator[Flaw]:
    """Yield pairs of templates that could be one; compare only the newest versions.

    A set has no app of its own that others could resemble.
    """
    for first, second in itertools.combinations(bundles, 2):
        pair = f"{first.manifest.slug} and {second.manifest.slug}"
        names = _share(_pairs(first.manifest.name.ja), _pairs(second.manifest.name.ja))
        words = _share(set(first.manifest.keywords), set(second.manifest.keywords))
        fields = _share(_codes(first), _codes(second))
        if names >= SAME_NAME or words >= SAME_CONTENT or fields >= SAME_CONTENT:
            shares = f"name {names:.2f}, keywords {words:.2f}, fields {fields:.2f}"
            yield Flaw(f"{pair} look alike ({shares}); say in each what it is for")
        if _drawing(first) == _drawing(second):
            yield Flaw(f"{pair} have the same icon; choose another drawing or badge")


def _share(first: set[str], second: set[str]) -> float:
    return len(first & second) / len(first | second) if first | second else 0.0


def _pairs(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(len(name) - 1)}


def _codes(bundle: Bundle) -> set[str]:
    if bundle.manifest.includes:
        return set()
    app = bundle.find_app(bundle.manifest.slug) or bundle.apps[-1]
    return set(app.fields)


def _drawing(bundle: Bundle) -> str:
    """Return the icon without its title and its ground."""
    text = bundle.images.get("images/icon.svg", b"").decode()
    return re.sub(r"<title>.*?</title>|aria-label=\"[^\"]*\"|<rect width=\"96\"[^>]*>|#[0-9a-f]{6}", "", text)
