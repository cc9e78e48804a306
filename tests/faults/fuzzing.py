"""Input of chance: a few examples each time, always the same ones, and many in the slow tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

QUICK, LONG = 40, 300
CPU_SECONDS = 5.0
"""Of one example: of processor time, so that a busy machine changes nothing."""
FUZZ = pytest.mark.parametrize(
    "examples", [QUICK, pytest.param(LONG, marks=[pytest.mark.slow, pytest.mark.timeout(600)])], ids=["quick", "long"]
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["", " ", "0", "-1", "1e999", "９", "²", "٣", "true", "null", "\u202e", "𠮷", "a" * 300])
)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


def fuzz(act: Callable[[Any], None], values: st.SearchStrategy[Any], examples: int) -> None:
    """Act on values of chance; each may take a few seconds of the processor at most."""

    def bounded(value: Any) -> None:
        begun = time.process_time()
        act(value)
        assert time.process_time() - begun < CPU_SECONDS

    chosen = settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples == QUICK,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    chosen(given(values)(bounded))()


def spoiled(document: Any, draw: st.DrawFn) -> Any:
    """Return a JSON document with one value, at any place, replaced, removed, doubled or added."""
    if not isinstance(document, dict | list) or not document or draw(st.integers(0, 6)) == 0:
        return draw(JSON)
    key = draw(st.sampled_from(sorted(document) if isinstance(document, dict) else range(len(document))))
    made = dict(document) if isinstance(document, dict) else list(document)
    match draw(st.integers(0, 8)):
        case 0:
            del made[key]
        case 1 if isinstance(made, dict):
            made[draw(st.sampled_from(sorted(document)) | st.text(max_size=6))] = made[key]
        case 1:
            made.append(made[key])
        case _:
            made[key] = spoiled(document[key], draw)
    return made


def altered(document: Any, draw: st.DrawFn) -> Any:
    """Return a JSON document with one value replaced by another of its kind, which a schema more often lets pass."""
    if isinstance(document, dict | list) and document:
        key = draw(st.sampled_from(sorted(document) if isinstance(document, dict) else range(len(document))))
        made = dict(document) if isinstance(document, dict) else list(document)
        made[key] = altered(document[key], draw)
        return made
    match document:
        case bool():
            return not document
        case int():
            return draw(st.integers(-1, 10**9))
        case str() if document.isdigit():
            return str(draw(st.integers(0, 10**6)))
        case str():
            return draw(
                st.sampled_from(["", " ", "x", "品目", document * 2, document[1:], "100", "TODAY()"])
                | st.text(max_size=8)
            )
    return draw(JSON)
