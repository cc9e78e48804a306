"""Prints what was measured as tables in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

from bench.cases import Case


def show_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table with an empty line before it."""
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def show_cases(hello: Case, cases: Iterable[Case]) -> None:
    """Print a line for each case: rate and processor time, also beside hello, p50 and p99, and the hits."""
    base, least = statistics.median(hello.rates), statistics.median(hello.costs)
    head = ("case", "asked", "req/s", "beside hello", "p50 ms", "p99 ms", "processor ms", "beside hello", "from memory")
    show_table(head, (_line(each, base, least) for each in (hello, *cases)))


def _line(case: Case, base: float, least: float) -> list[str]:
    rate, cost = statistics.median(case.rates), statistics.median(case.costs)
    figures = [f"{rate:,.0f}", f"{rate / base:.2f}", f"{case.quantile(0.5):.1f}", f"{case.quantile(0.99):.1f}"]
    share = f"{statistics.median(case.from_memory):.0%}" if case.from_memory else ""
    return [case.name, case.way, *figures, f"{cost:.2f}", f"{least / cost:.2f}", share]


def show_growth(measured: Mapping[int, Sequence[Case]]) -> None:
    """Print for each case the p50 at every size, and beside that of the smallest."""
    others = list(measured)[1:]
    head = ["case", "asked", *(f"p50 ms at {size:,}" for size in measured), *(f"growth to {size:,}" for size in others)]
    show_table(head, (_growth(same) for same in zip(*measured.values(), strict=True)))


def _growth(same: Sequence[Case]) -> list[str]:
    medians = [case.quantile(0.5) for case in same]
    figures = [f"{each:.1f}" for each in medians]
    return [same[0].name, same[0].way, *figures, *(f"{each / medians[0]:.2f}" for each in medians[1:])]
