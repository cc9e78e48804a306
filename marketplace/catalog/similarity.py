"""How much two templates have in common: what they share, the rare counting more, over how much they could share."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketplace.catalog.filters import Dimension, TemplateKind
from marketplace.catalog.models import Template
from marketplace.catalog.traits import Trait, TraitKind, mass_of
from marketplace.kernel.context import Context
from marketplace.search.columns import Columns
from marketplace.search.selections import Mask, Numbers
from marketplace.search.services import Kind
from marketplace.search.traits import holders

MASS = "mass"
"""The figure of an entry that tells how much it could share."""
NAMED = 5
"""Shared fields and keywords that are named, at most."""
TELLING = 3
"""One that counts less than the most telling by this factor is not named: 備考 explains nothing."""
LEAST = 38
"""Thousandths below which two templates are not called similar."""
MOST_BY_FIELDS = 45
"""Thousandths that shared fields add at most: two templates that hold the same app are not alike for that alone."""
REACH = 50
"""Templates that are told of a new neighbour."""
_PARTS = 1_000
"""Weights are whole numbers of this many parts, so that both databases come to the same sums."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What two templates share, in the words of one of them, the most telling first."""

    fields: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A similar template; the score is in thousandths."""

    template_id: str
    score: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Shared:
    """A trait, who else has it, and what it counts for."""

    trait: Trait
    holders: Mask
    weight: int


def neighbours_of(
    ctx: Context, columns: Columns, template: Template, traits: Sequence[Trait], named_by: Collection[str]
) -> list[Neighbour]:
    """Return the templates most similar to one with these traits, the nearest first; one statement.

    Those that name it already are told of as long as they are near. Sets are compared with sets, others with others:
    a set repeats the fields of its members, which its page and theirs name already.
    """
    kind = TemplateKind.SET if template.is_set else TemplateKind.SINGLE
    among = columns.of_kind(Kind.TEMPLATE) & columns.dimension(Dimension.KIND).mask(kind)
    among &= _is_other(columns, template.id)
    others = int(np.count_nonzero(among))
    found = zip(traits, holders(ctx, [trait.term for trait in traits]), strict=True)
    shared = [_shared(trait, numbers, among, others) for trait, numbers in found]
    scores = _scores(columns, shared, mass_of(traits), others)
    near = [
        Neighbour(columns.subjects[at], int(scores[at]), _reason(shared, int(at)))
        for rank, at in enumerate(_in_order(scores))
        if rank < REACH or columns.subjects[at] in named_by
    ]
    return [each for each in near if each.reason != Reason()]


def _in_order(scores: NDArray[np.int64]) -> NDArray[np.int64]:
    near = np.flatnonzero(scores >= LEAST)
    return near[np.argsort(-scores[near], kind="stable")]


def _is_other(columns: Columns, template_id: str) -> Mask:
    other = np.ones(columns.size, dtype=bool)
    if template_id in columns.subjects:
        other[columns.subjects.index(template_id)] = False
    return other


def _shared(trait: Trait, numbers: Numbers, among: Mask, others: int) -> _Shared:
    held = np.zeros(len(among), dtype=bool)
    held[numbers[numbers < len(among)]] = True  # Entries that came after the columns were read are left out.
    held &= among
    rarity = math.log2((others + 2) / (np.count_nonzero(held) + 1))
    return _Shared(trait, held, round(trait.kind.weight * rarity * _PARTS))


def _scores(columns: Columns, shared: Sequence[_Shared], mass: int, others: int) -> NDArray[np.int64]:
    """Return thousandths for every entry: as much as two equal templates share that nobody resembles is the whole."""
    masses = columns.figure(MASS, np.arange(columns.size, dtype=np.int32))
    whole = np.sqrt(np.maximum(masses, 1) * float(max(mass, 1))) * math.log2(others + 2) * _PARTS
    by_fields, by_words = (
        np.floor(_sums(part, columns.size) * 1_000 / whole).astype(np.int64)
        for part in (
            [each for each in shared if each.trait.kind is TraitKind.FIELD],
            [each for each in shared if each.trait.kind is not TraitKind.FIELD],
        )
    )
    scores: NDArray[np.int64] = np.minimum(by_fields, MOST_BY_FIELDS) + by_words
    return scores


def _sums(shared: Sequence[_Shared], size: int) -> NDArray[np.int64]:
    sums = np.zeros(size, dtype=np.int64)
    for each in shared:
        sums[each.holders] += each.weight
    return sums


def _reason(shared: Sequence[_Shared], at: int) -> Reason:
    named = [each for each in shared if each.trait.kind in _NAMED_KINDS and each.holders[at]]
    named.sort(key=lambda each: -each.weight)
    told = [each.trait for each in named[:NAMED] if each.weight * TELLING >= named[0].weight]
    return Reason(
        tuple(trait.shown for trait in told if trait.kind is TraitKind.FIELD),
        tuple(trait.shown for trait in told if trait.kind is TraitKind.KEYWORD),
    )


_NAMED_KINDS = frozenset({TraitKind.FIELD, TraitKind.KEYWORD})
