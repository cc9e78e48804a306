"""Two versions of a template that are compared: which ones, and which others could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.bundle.comparing import Bump
from marketplace.catalog.summaries import VersionSummary
from marketplace.kernel.text import Language, Text
from marketplace.web.dates import day_text, local_day

OPTION = Text("{number}：{day}", "{number}: {day}")
WITHDRAWN = Text("{number}：{day}、公開停止", "{number}: {day}, withdrawn")


@dataclass(frozen=True, slots=True)
class VersionOption:
    """A version to choose."""

    number: str
    label: str


@dataclass(frozen=True, slots=True)
class VersionPair:
    """The two versions, in the order in which they are compared."""

    old: str
    new: str
    options: tuple[VersionOption, ...]
    is_backwards: bool
    """Whether the second was released before the first, as numbers go."""
    least: str | None
    """The least number that a version with these differences may have; None where they ask for none."""


def choose_pair(versions: Sequence[VersionSummary], old: str | None, new: str | None) -> tuple[str, str]:
    """Return the two versions to compare; what was not chosen is the newest, and the one before the other."""
    numbers = [version.number for version in versions]
    new = new or numbers[0]
    if not old:
        before = numbers[numbers.index(new) + 1 :] if new in numbers else []
        old = before[0] if before else new
    return old, new


def show_pair(versions: Sequence[VersionSummary], old: str, new: str, bump: Bump, language: Language) -> VersionPair:
    """Return two versions as the page shows them; both are among those of the template, which are the newest first."""
    numbers = [version.number for version in versions]
    is_backwards = numbers.index(new) > numbers.index(old)
    return VersionPair(
        old=old,
        new=new,
        options=tuple(VersionOption(version.number, _label(version, language)) for version in versions),
        is_backwards=is_backwards,
        least=None if is_backwards or bump is Bump.NONE else bump.least_after(old),
    )


def _label(version: VersionSummary, language: Language) -> str:
    label = WITHDRAWN if version.is_withdrawn else OPTION
    return label.in_language(language, number=version.number, day=day_text(local_day(version.released_at), language))
