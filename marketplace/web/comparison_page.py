"""Differences between two versions, grouped by what they mean for those who use the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.bundle.comparing import Comparison
from marketplace.kernel.text import Language, Text

GROUPS: tuple[tuple[str, Text, Text], ...] = (
    (
        "breaking",
        Text("使い方が変わる変更", "Breaking changes"),
        Text(
            "入力済みのデータや業務の手順に影響することがあります。内容を確かめてください。",
            "They may affect data already entered or the way people work.",
        ),
    ),
    (
        "additive",
        Text("機能が増える変更", "Additions"),
        Text("これまでの使い方は、そのまま続けられます。", "What worked before goes on working."),
    ),
    (
        "cosmetic",
        Text("表示や文言の変更", "Wording and appearance"),
        Text("データや手順には影響しません。", "Data and procedures are not affected."),
    ),
)
VERDICTS = {
    "major": Text("使い方が変わる変更を含みます。", "There are breaking changes."),
    "minor": Text("機能が増えています。これまでの使い方は続けられます。", "There are additions; nothing breaks."),
    "patch": Text("表示や文言だけの変更です。", "Only wording and appearance changed."),
    "none": Text("差分はありません。", "There are no differences."),
}
LONGEST_VALUE = 300


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One difference in words, with the values before and after where they are short enough to read."""

    impact: str
    text: Text
    shown_before: str
    shown_after: str


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The differences of one impact."""

    name: str
    meaning: str
    changes: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """All differences, and what they amount to."""

    verdict: str
    groups: tuple[ChangeGroup, ...]

    @property
    def changes(self) -> bool:
        """Tell whether there are any differences."""
        return bool(self.groups)


class AnyChange(Protocol):
    """A difference, fresh from a comparison or as it was kept with a version."""

    @property
    def impact(self) -> str:
        """What it means for those who use the template."""

    @property
    def text(self) -> Text:
        """The difference in words."""

    @property
    def before(self) -> object:
        """The value before."""

    @property
    def after(self) -> object:
        """The value after."""


def show_comparison(comparison: Comparison, language: Language) -> ComparisonPage:
    """Return the differences of two bundles as the page groups them."""
    return show_changes(comparison.changes, comparison.bump.name.lower(), language)


def show_changes(changes: Sequence[AnyChange], bump: str, language: Language) -> ComparisonPage:
    """Return differences as the page groups them."""
    groups = tuple(
        ChangeGroup(name.in_language(language), meaning.in_language(language), found)
        for impact, name, meaning in GROUPS
        if (found := tuple(_show(change) for change in changes if str(change.impact) == impact))
    )
    return ComparisonPage(VERDICTS[bump].in_language(language), groups)


def _show(change: AnyChange) -> ShownChange:
    return ShownChange(str(change.impact), change.text, _value(change.before), _value(change.after))


def _value(value: object) -> str:
    """Return a plain value; whole settings are left to the sentence, which says what of them differs."""
    if isinstance(value, bool):
        return "✓" if value else "－"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = "、".join(value)
    if not isinstance(value, str | int | float):
        return ""
    written = str(value)
    return written if len(written) <= LONGEST_VALUE else written[:LONGEST_VALUE] + "…"
