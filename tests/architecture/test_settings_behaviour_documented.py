"""Each line about kintone's behaviour names a test that exists, or says what happens instead."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

DOCUMENTS = sorted(Path("docs").glob("kintone-behaviour*.md"))
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def lines_of(document: Path) -> list[tuple[str, str]]:
    """Return the behaviours of a document with what proves them."""
    rows = [line.strip("|").split(" | ") for line in document.read_text(encoding="utf-8").splitlines()]
    cells = [[cell.strip() for cell in row] for row in rows if len(row) == 2]
    return [(row[0], row[1]) for row in cells if row[1] not in {"proof", "---"} and not set(row[1]) <= {"-"}]


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_test_that_is_named_exists(document):
    named = TEST.findall(document.read_text(encoding="utf-8"))
    assert named
    assert [f"{path}::{name}" for path, name in named if not Path(path).exists() or name not in names_in(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_behaviour_is_proved_or_said_to_be_missing(document):
    rows = lines_of(document)
    assert rows
    unproved = [behaviour for behaviour, proof in rows if not TEST.search(proof) and "not offered:" not in proof]
    assert unproved == []
