"""One difference between two bundles, and the words for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marketplace.bundle.model import AppDefinition, JsonObject
from marketplace.kernel.text import Text


class Impact(StrEnum):
    """What a difference means for somebody who runs the older version."""

    BREAKING = "breaking"
    ADDITIVE = "additive"
    COSMETIC = "cosmetic"


class Act(StrEnum):
    """What happened to the subject."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"


ACT_WORDS = {
    Act.ADDED: Text("を追加", "added"),
    Act.REMOVED: Text("を削除", "removed"),
    Act.CHANGED: Text("を変更", "changed"),
    Act.RENAMED: Text("の名前を変更", "renamed"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: its weight, where it is, what was and what is, and a sentence about it."""

    impact: Impact
    area: str
    act: Act
    app_key: str | None
    subject: str
    """The code or name of what changed."""
    before: Any
    after: Any
    text: Text

    def as_dict(self) -> JsonObject:
        """Return the change as plain values, for an answer in JSON."""
        return {
            "impact": self.impact.value,
            "area": self.area,
            "act": self.act.value,
            "app": self.app_key,
            "subject": self.subject,
            "before": self.before,
            "after": self.after,
            "text": {"ja": self.text.ja, "en": self.text.en},
        }


@dataclass(frozen=True, slots=True)
class Subject:
    """What a change is about: its area, its name, and how sentences call it; no app means the template itself."""

    area: str
    name: str
    called: Text
    app: AppDefinition | None = None

    def change(
        self, impact: Impact, act: Act, before: Any = None, after: Any = None, *, detail: Text | None = None
    ) -> Change:
        """Return the change; `detail` follows the sentence in brackets."""
        words = ACT_WORDS[act]
        ja, en = f"{self.called.ja}{words.ja}", f"{self.called.en} {words.en}"
        if detail is not None:
            ja, en = f"{ja}（{detail.ja}）", f"{en} ({detail.en})"
        if self.app is not None:
            ja, en = f"{self.app.name}：{ja}", f"{self.app.name}: {en}"
        key = self.app.key if self.app else None
        return Change(impact, self.area, act, key, self.name, before, after, Text(ja, en))


def arrow(before: object, after: object) -> Text:
    """Return “before → after” for the end of a sentence; what is empty is called none."""
    return Text(
        f"{_value(before, 'なし')}→{_value(after, 'なし')}", f"{_value(before, 'none')} → {_value(after, 'none')}"
    )


def _value(value: object, empty: str) -> str:
    return empty if value is None or value == "" else str(value)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much it matters that something named was added, removed or changed."""

    added: Impact = Impact.ADDITIVE
    removed: Impact = Impact.BREAKING
    changed: Impact = Impact.ADDITIVE
    cosmetic_keys: frozenset[str] = frozenset()
    """Keys whose change alone is cosmetic."""


def compare_named(
    area: str, noun: Text, app: AppDefinition, old: Mapping[str, Any], new: Mapping[str, Any], weights: Weights
) -> Iterator[Change]:
    """Yield what was added, removed and changed between two sets of named objects."""
    for name in [*old, *(name for name in new if name not in old)]:
        subject = Subject(area, name, Text(f"{noun.ja}「{name}」", f"{noun.en} “{name}”"), app)
        before, after = old.get(name), new.get(name)
        if name not in new:
            yield subject.change(weights.removed, Act.REMOVED, before, None)
        elif name not in old:
            yield subject.change(weights.added, Act.ADDED, None, after)
        elif before != after:
            impact = weights.changed
            if (
                isinstance(before, dict)
                and isinstance(after, dict)
                and changed_keys(before, after) <= weights.cosmetic_keys
            ):
                impact = Impact.COSMETIC
            yield subject.change(impact, Act.CHANGED, before, after)


def changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Return the keys whose values differ."""
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}
