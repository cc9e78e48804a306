"""What lists filter, count and rank by, held in memory by each process and followed from the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Pool, select

from marketplace.kernel.context import Context
from marketplace.search.models import IndexedEntry, SearchRevision

Mask = NDArray[np.bool_]
"""One truth value per entry, by its number."""
Numbers = NDArray[np.int32]
"""Numbers of entries, ascending, each once."""
FEW = 8
"""Up to one in so many, entries are looked up one by one; beyond that all are walked through."""


def _no_numbers() -> Numbers:
    return np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class ValuePairs:
    """Which entries have which values along one dimension: pairs of an entry and the place of a value, by entry."""

    values: tuple[str, ...] = ()
    entries: Numbers = field(default_factory=_no_numbers)
    places: Numbers = field(default_factory=_no_numbers)

    def mask(self, value: str, size: int) -> Mask:
        """Return which entries have a value."""
        found = np.zeros(size, dtype=bool)
        if value in self.values:
            found[self.entries[self.places == self.values.index(value)]] = True
        return found

    def counts(self, among: Numbers, size: int) -> dict[str, int]:
        """Return how many of these entries have each value, without those that none has."""
        counted = np.bincount(self._places_of(among, size), minlength=len(self.values))
        return {value: int(count) for value, count in zip(self.values, counted, strict=True) if count}

    def _places_of(self, among: Numbers, size: int) -> Numbers:
        if len(among) * FEW > size:
            mask = np.zeros(size, dtype=bool)
            mask[among] = True
            dense: Numbers = self.places[mask[self.entries]]
            return dense
        first = np.searchsorted(self.entries, among, side="left")
        number_of = np.searchsorted(self.entries, among, side="right") - first
        start = np.repeat(first - np.concatenate(([0], np.cumsum(number_of)[:-1])), number_of)
        sparse: Numbers = self.places[start + np.arange(len(start))]
        return sparse


@dataclass(frozen=True, slots=True)
class Columns:
    """A view of all entries at one revision; it never changes, a later one takes its place."""

    revision: int = 0
    token: str = ""
    subjects: tuple[str, ...] = ()
    """By number; empty where there is no entry."""
    kinds: Mapping[str, Mask] = field(default_factory=dict)
    dimensions: Mapping[str, ValuePairs] = field(default_factory=dict)
    figures: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    totals: dict[tuple[str, str], Mapping[str, int]] = field(default_factory=dict, repr=False, compare=False)
    """What was counted over all entries of a kind, by kind and dimension, kept because every first page asks for it."""

    @property
    def size(self) -> int:
        """One more than the largest number."""
        return len(self.subjects)

    def of_kind(self, kind: str) -> Mask:
        """Return which entries are of a kind."""
        return self.kinds.get(kind, np.zeros(self.size, dtype=bool))

    def dimension(self, name: str) -> ValuePairs:
        """Return a dimension, empty if no entry has a value along it."""
        return self.dimensions.get(name, ValuePairs())

    def totals_of(self, kind: str, name: str) -> Mapping[str, int]:
        """Return how many of all entries of a kind have each value along a dimension."""
        if (kind, name) not in self.totals:
            among = np.flatnonzero(self.of_kind(kind)).astype(np.int32)
            self.totals[kind, name] = self.dimension(name).counts(among, self.size)
        return self.totals[kind, name]

    def figure(self, name: str, among: Numbers) -> NDArray[np.int64]:
        """Return a figure of these entries, nought where one has none."""
        return self.figures[name][among] if name in self.figures else np.zeros(len(among), dtype=np.int64)


_held: WeakKeyDictionary[Pool, Columns] = WeakKeyDictionary()
"""By database: every unit of work has an engine of its own, but all draw their connections from one pool."""
_lock = Lock()


def columns_of(ctx: Context) -> Columns:
    """Return what this transaction sees; one statement if nothing changed since the process looked last."""
    pool = ctx.session.connection().engine.pool
    with _lock:
        known = _held.get(pool, Columns())
    current = _followed(ctx, known)
    if current is not known:
        with _lock:
            _held[pool] = current
    return current


def _followed(ctx: Context, known: Columns) -> Columns:
    since = select(SearchRevision.revision, SearchRevision.token).order_by(SearchRevision.revision)
    log = ctx.session.execute(since.where(SearchRevision.revision >= known.revision)).all()
    if log and (log[0].revision, log[0].token) == (known.revision, known.token):
        return known if len(log) == 1 else _changed(known, _rows_since(ctx, known.revision), log[-1])
    # Too far behind, or what was seen last was rolled back.
    last = ctx.session.execute(since.order_by(None).order_by(SearchRevision.revision.desc()).limit(1)).first()
    return Columns() if last is None else _changed(Columns(), _rows_since(ctx, 0), last)


def _rows_since(ctx: Context, revision: int) -> list[Any]:
    row = IndexedEntry
    wanted = select(row.number, row.kind, row.subject_id, row.is_removed, row.facets, row.figures)
    return list(ctx.session.execute(wanted.where(row.revision > revision).order_by(row.number)))


def _changed(before: Columns, rows: Sequence[Any], at: Any) -> Columns:
    """Return a later view: the given rows replace what was known of their numbers."""
    if not rows:
        return replace(before, revision=at.revision, token=at.token)
    size = max(before.size, rows[-1].number + 1)
    subjects = [*before.subjects, *([""] * (size - before.size))]
    for row in rows:
        subjects[row.number] = "" if row.is_removed else row.subject_id
    standing = [row for row in rows if not row.is_removed]
    numbers: Numbers = np.fromiter((row.number for row in rows), dtype=np.int32, count=len(rows))
    return Columns(
        at.revision,
        at.token,
        tuple(subjects),
        _changed_kinds(before, standing, numbers, size),
        _changed_dimensions(before, standing, numbers, size),
        _changed_figures(before, standing, numbers, size),
    )


def _changed_kinds(before: Columns, rows: Sequence[Any], numbers: Numbers, size: int) -> dict[str, Mask]:
    kinds = {name: _grown(mask, size) for name, mask in before.kinds.items()}
    for mask in kinds.values():
        mask[numbers] = False
    for row in rows:
        kinds.setdefault(row.kind, np.zeros(size, dtype=bool))[row.number] = True
    return kinds


def _changed_figures(before: Columns, rows: Sequence[Any], numbers: Numbers, size: int) -> dict[str, NDArray[np.int64]]:
    figures = {name: _grown(values, size) for name, values in before.figures.items()}
    for values in figures.values():
        values[numbers] = 0
    for row in rows:
        for name, value in row.figures.items():
            figures.setdefault(name, np.zeros(size, dtype=np.int64))[row.number] = value
    return figures


def _changed_dimensions(before: Columns, rows: Sequence[Any], numbers: Numbers, size: int) -> dict[str, ValuePairs]:
    is_changed = np.zeros(size, dtype=bool)
    is_changed[numbers] = True
    added = {name: _Added(pairs.values) for name, pairs in before.dimensions.items()}
    for row in rows:
        for name, values in row.facets.items():
            added.setdefault(name, _Added(())).add(row.number, values)
    return {name: each.joined(before.dimension(name), is_changed) for name, each in added.items()}


class _Added:
    """Pairs to be added along one dimension."""

    def __init__(self, values: tuple[str, ...]) -> None:
        self._place_of = {value: place for place, value in enumerate(values)}
        self._entries: list[int] = []
        self._places: list[int] = []

    def add(self, number: int, values: Sequence[str]) -> None:
        for value in values:
            self._entries.append(number)
            self._places.append(self._place_of.setdefault(value, len(self._place_of)))

    def joined(self, before: ValuePairs, is_changed: Mask) -> ValuePairs:
        stay = ~is_changed[before.entries]
        entries = np.concatenate((before.entries[stay], np.array(self._entries, dtype=np.int32)))
        places = np.concatenate((before.places[stay], np.array(self._places, dtype=np.int32)))
        order = np.argsort(entries, kind="stable")
        return ValuePairs(tuple(self._place_of), entries[order], places[order])


def _grown(values: NDArray[Any], size: int) -> NDArray[Any]:
    grown = np.zeros(size, dtype=values.dtype)
    grown[: len(values)] = values
    return grown
