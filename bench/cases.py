"""What strangers ask for, in three ways: again and again the same; as people ask; and each time another.

As people ask means few templates, or questions, often and most seldom (Zipf). What is each time another is never
answered from memory.
"""

from __future__ import annotations

import math
import random
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, count
from typing import TypeVar

Name = tuple[str, str]
Request = tuple[str, str]
"""A path, and the ETag that the caller knows: empty for none, any other text for that of the answer."""
Asked = TypeVar("Asked")

SEED, ASKED, QUESTIONS = 2026, 20_000, 200
WORDS = ("補助金", "備品", "道路", "申請", "管理", "防災", "施設予約", "会計年度任用職員", "ほじょきん", "窓口")
CATEGORIES = ("soumu", "kensetsu", "bosai", "fukushi", "sangyo")
TRAITS: tuple[dict[str, str], ...] = (
    {},
    {"plugin_free": "true"},
    {"script_free": "true"},
    {"lgwan": "true"},
    {"spoken": "ja"},
    {"kind": "single"},
)
"""What most templates are."""
SORTS = ("relevance", "newest", "installs", "rating")
SAME, ZIPF, ANOTHER = "the same", "Zipf", "each another"
ADDRESSES: dict[str, Callable[[str, str], str]] = {
    "API: version": lambda publisher, slug: f"/api/v1/templates/{publisher}/{slug}/versions/1.0.0",
    "API: template": lambda publisher, slug: f"/api/v1/templates/{publisher}/{slug}",
    "API: bundle": lambda publisher, slug: f"/api/v1/templates/{publisher}/{slug}/versions/1.0.0/bundle",
    "page: template": lambda publisher, slug: f"/templates/{publisher}/{slug}",
}
STORED = "API: bundle"
"""What comes from the storage each time, however it is asked for."""
LISTS = {
    "API: list": "/api/v1/templates",
    "API: search": "/api/v1/templates",
    "page: list": "/templates",
}


@dataclass
class Case:
    """One row: what is asked for, and what came."""

    name: str
    way: str
    requests: list[Request]
    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    """Milliseconds of processor of each request, by round."""
    from_memory: list[float] = field(default_factory=list)
    """The share answered from memory, by round, where the server tells."""

    def quantile(self, share: float) -> float:
        """Return in how many milliseconds this share of the answers came."""
        times = sorted(self.times) or [math.nan]
        return times[min(len(times) - 1, int(len(times) * share))] * 1_000


def often(things: Sequence[Asked], chance: random.Random) -> list[Asked]:
    """Choose as people do."""
    weights = list(accumulate(1 / place for place in range(1, len(things) + 1)))
    return chance.choices(things, cum_weights=weights, k=ASKED)


def all_cases(names: list[Name]) -> Iterator[Case]:
    """Make every row."""
    chance, numbers = random.Random(SEED), count()
    asked, in_turn = often(names, chance), [names[at % len(names)] for at in range(ASKED)]
    for name, address in ADDRESSES.items():
        if name != STORED:
            yield Case(name, SAME, [(address(*names[0]), "")])
            yield Case(name, ZIPF, [(address(*each), "") for each in asked])
            yield Case(name, ANOTHER, [(f"{address(*each)}?n={next(numbers)}", "") for each in in_turn])
    for name, path in LISTS.items():
        questions = list(questions_of(chance, with_words="search" in name))
        yield Case(name, SAME, [(path + questions[0], "")])
        yield Case(name, ZIPF, [(path + each, "") for each in often(questions[:QUESTIONS], chance)])
        yield Case(name, ANOTHER, [(path + each, "") for each in questions[QUESTIONS:]])
    template = ADDRESSES["API: template"]
    yield Case("304 of template", SAME, [(template(*names[0]), "?")])
    yield Case("304 of template", ZIPF, [(template(*each), "?") for each in asked])
    yield Case("304 of template", ANOTHER, [(f"{template(*each)}?n={next(numbers)}", "?") for each in in_turn])
    # Templates tell their downloads: these come last, so that no ETag becomes another before it is sent.
    bundle = ADDRESSES[STORED]
    yield Case(STORED, SAME, [(bundle(*names[0]), "")])
    yield Case(STORED, ZIPF, [(bundle(*each), "") for each in asked])


def questions_of(chance: random.Random, *, with_words: bool) -> Iterator[str]:
    """Make queries that a list takes, none of them twice, whose pages are full in a small catalog too."""
    given = [
        {"category": category, "sort": sort, "limit": limit, **trait}
        for category in CATEGORIES
        for sort in SORTS
        for limit in range(11, 31)
        for trait in TRAITS
    ]
    chance.shuffle(given)
    yield "?" + urllib.parse.urlencode({"q": WORDS[0]}) if with_words else ""
    for at, each in enumerate(given):
        words = {"q": WORDS[at % len(WORDS)]} if with_words else {}
        yield "?" + urllib.parse.urlencode({**words, **each})
