"""Modules stay small enough to read in one sitting."""

from __future__ import annotations

from pathlib import Path

import pytest

MODULES = sorted(
    path
    for folder in ("bench", "catalog_tools", "marketplace")
    for path in Path(folder).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
TESTS = sorted(Path("tests").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_has_at_most_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", TESTS, ids=str)
def test_a_test_module_has_at_most_500_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
