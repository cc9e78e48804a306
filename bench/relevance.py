"""How well search finds the first-party templates: judged queries, read from files of lines `query<TAB>slug:grade,…`.

dev.tsv was there first, tuned.tsv is what the words and weights were mended by, held_out.tsv is only measured. QUERIES
in the environment names another file, or a folder of them. Prints nDCG@10, hit@1 and the share of queries without any
result for each file, and the queries that do worst with what they found, save those held out.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from marketplace.app import make_runtime
from marketplace.catalog.filters import TemplateFilter
from marketplace.catalog.first_party import sync_catalog
from marketplace.catalog.listing import list_templates
from marketplace.db.migrating import upgrade
from marketplace.kernel.context import Context
from marketplace.municipalities.services import load_master
from marketplace.settings import Settings

JUDGED = Path(__file__).with_name("judged")
DEV = JUDGED / "dev.tsv"
QUERIES = Path(os.environ.get("QUERIES", str(JUDGED)))
HELD_OUT = "held_out"
CATALOG = Path(__file__).parents[1] / "templates_catalog"
DEPTH, SHOWN = 10, 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One query, the grades of the templates that answer it, and what was found."""

    query: str
    grades: Mapping[str, int]
    found: tuple[str, ...]

    @property
    def ndcg(self) -> float:
        """The gain of the first ten, discounted by rank, beside that of the best order."""
        best = _gain(sorted(self.grades.values(), reverse=True))
        return _gain([self.grades.get(slug, 0) for slug in self.found]) / best

    @property
    def is_hit(self) -> bool:
        """Tell whether the first result is one of the best answers."""
        return bool(self.found) and self.grades.get(self.found[0]) == max(self.grades.values())


def read_queries(path: Path) -> list[tuple[str, dict[str, int]]]:
    """Read the judged queries of a file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        query, _, graded = line.partition("\t")
        grades = {slug: int(grade) for slug, _, grade in (part.partition(":") for part in graded.split(","))}
        found.append((query, grades))
    return found


def judge(ctx: Context, queries: list[tuple[str, dict[str, int]]]) -> list[Judged]:
    """Ask every query."""
    return [Judged(query, grades, _ask(ctx, query)) for query, grades in queries]


def main() -> None:
    """Load the catalog into a database of its own and print the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        runtime = make_runtime(Settings(data_dir=Path(folder)))
        upgrade(runtime.engine)
        with runtime.unit_of_work() as ctx:
            load_master(ctx.session)
            sync_catalog(ctx, CATALOG)
        with runtime.unit_of_work() as ctx:
            judged = {path.stem: judge(ctx, read_queries(path)) for path in _files()}
        runtime.engine.dispose()
    print("\n## Relevance over the first-party catalog\n")
    print(f"| queries | count | nDCG@{DEPTH} | hit@1 | without a result |\n|---|---|---|---|---|")
    for name, answers in judged.items():
        figures = (sum(values) / len(answers) for values in _figures(answers))
        print(f"| {name} | {len(answers)} | {' | '.join(f'{figure:.3f}' for figure in figures)} |")
    for name, answers in judged.items():
        if name != HELD_OUT:
            print(f"\n{name}:")
            for each in sorted(answers, key=lambda each: each.ndcg)[:SHOWN]:
                print(f"{each.ndcg:.2f} {each.query}: {', '.join(each.found[:4])}")


def _files() -> list[Path]:
    return sorted(QUERIES.glob("*.tsv")) if QUERIES.is_dir() else [QUERIES]


def _figures(answers: list[Judged]) -> tuple[list[float], ...]:
    return (
        [each.ndcg for each in answers],
        [float(each.is_hit) for each in answers],
        [float(not each.found) for each in answers],
    )


def _ask(ctx: Context, query: str) -> tuple[str, ...]:
    return tuple(item.slug for item in list_templates(ctx, TemplateFilter(q=query, limit=DEPTH)).page.items)


def _gain(grades: list[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades[:DEPTH], start=1))
