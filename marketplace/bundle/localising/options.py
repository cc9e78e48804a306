"""The rule by which the options of a template become those of a municipality."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class OptionMap:
    """What became of each option of one field.

    An option stays that is given again, however wide its letters. Of the others, one whose place in the list is taken
    by a new option was renamed to it; the rest are gone.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The new name of each option that stayed or was renamed."""
        same = {fold(option): option for option in self.after}
        stayed = {option: same[fold(option)] for option in self.before if fold(option) in same}
        fresh = set(self.after) - set(stayed.values())
        renamed = {
            old: new for old, new in zip(self.before, self.after, strict=False) if old not in stayed and new in fresh
        }
        return stayed | renamed

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """The options whose name changed."""
        return {old: new for old, new in self.names.items() if old != new}

    @cached_property
    def gone(self) -> tuple[str, ...]:
        """The options nothing came in place of."""
        return tuple(option for option in self.before if option not in self.names)

    @cached_property
    def in_conditions(self) -> Mapping[str, str | None]:
        """The new name of each option that changed; None for those that are gone."""
        return {**self.renamed, **dict.fromkeys(self.gone)}

    def stand_in(self, option: str) -> str:
        """Return what a record holds instead of an option: its new name, else what is at its place, else the first."""
        if option in self.names or option not in self.before:
            return self.names.get(option, option)
        place = self.before.index(option)
        return self.after[place if place < len(self.after) else 0]


def fold(option: str) -> str:
    """Return what two spellings of one option have in common: width and case of letters, spaces."""
    return "".join(unicodedata.normalize("NFKC", option).casefold().split())


def carry_over(source: OptionMap, options: Sequence[str]) -> OptionMap:
    """Return what the options of a field become into which another field is copied: its own others come last."""
    kept = [option for option in options if option not in source.before]
    after = tuple(dict.fromkeys([*source.after, *kept]))
    return FollowedMap(tuple(options), after, source)


@dataclass(frozen=True)
class FollowedMap(OptionMap):
    """What became of the options of a field that follows another."""

    source: OptionMap

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names that the other field's options got, and its own as they were."""
        own = {option: option for option in self.before if option not in self.source.before}
        return own | {old: new for old, new in self.source.names.items() if old in self.before}
