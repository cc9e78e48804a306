"""Everything that is checked of one template, as its writer runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog_tools.expanding import CATALOG, Expansion, expand, numbers, write
from catalog_tools.trying.exercise import check_expected, exercise
from catalog_tools.trying.once import open_workshop
from marketplace.bundle.checking import check
from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_folder

ALLOWED = frozenset({"process-without-end"})
"""Warnings that are no flaw here: a register whose records are confirmed anew each year has no end."""


def check_template(slug: str, versions: list[str]) -> Iterator[str]:
    """Expand all versions of a template, check them, and try the newest one. Raises SourceError or SourceErrors."""
    expansions = [expand(slug, version) for version in versions]
    for expansion in expansions:
        write(expansion)
    bundles = [read_folder(folder) for folder in version_folders(slug)]
    flaws = [f"{slug}: {flaw}" for bundle in bundles for flaw in bundle_flaws(bundle)]
    yield from flaws
    if not flaws:
        yield from try_template(expansions[-1], bundles)


def version_folders(slug: str) -> list[Path]:
    """List the folders of a template's versions, oldest first."""
    return sorted((CATALOG / slug).iterdir(), key=lambda folder: numbers(folder.name))


def bundle_flaws(bundle: Bundle) -> Iterator[str]:
    """Yield what the checks of every bundle find."""
    for finding in check(bundle):
        if finding.code in ALLOWED:
            continue
        yield f"{finding.file}{finding.pointer}: {finding.title.ja} {finding.remedy.ja}"


def try_template(expansion: Expansion, bundles: list[Bundle]) -> Iterator[str]:
    """Install a template and yield what does not work."""
    with open_workshop() as workshop:
        installed = workshop.install(bundles)
        if installed.progress.failure is None:
            for key, app in expansion.apps.items():
                yield from check_expected(installed, bundles[-1].app(key), app.expected)
        yield from exercise(installed, bundles[-1], workshop.browser)
