"""Read access to the templates in templates_catalog/ and to their sources, for the tests that hold their rules."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from pathlib import Path

from catalog_tools.expanding import CATALOG, Expansion, Sources, numbers
from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.bundle.reading import read_folder

SOURCES = Sources()


def version_folders() -> list[Path]:
    """List the folder of each version of each template, oldest version first."""
    found = (manifest.parent for manifest in CATALOG.glob("*/*/template.json"))
    return sorted(found, key=lambda folder: (folder.parent.name, numbers(folder.name)))


def newest_folders() -> list[Path]:
    """List the folder of the newest version of each template."""
    return list({folder.parent.name: folder for folder in version_folders()}.values())


def older_folders() -> list[Path]:
    """List the folder of each version that has a successor."""
    newest = set(newest_folders())
    return [folder for folder in version_folders() if folder not in newest]


def versions_up_to(folder: Path) -> list[Bundle]:
    """Return the versions of a template until this one, oldest first."""
    same = [each for each in version_folders() if each.parent == folder.parent]
    return [bundle_in(each) for each in same[: same.index(folder) + 1]]


def folder_id(folder: Path) -> str:
    """Name a version in the output of a test."""
    return f"{folder.parent.name}-{folder.name}"


@functools.cache
def bundle_in(folder: Path) -> Bundle:
    """Read a version once for all tests."""
    return read_folder(folder)


@functools.cache
def source_of(folder: Path) -> Expansion | None:
    """Return what the source of a version expands to; None for one written by hand."""
    slug = folder.parent.name
    return SOURCES.expand(slug, folder.name) if slug in SOURCES.slugs() else None


def without_links(app: AppDefinition, known: frozenset[str]) -> dict[PartName, JsonObject]:
    """Return the parts of an app less what leads to apps that are not among the known ones."""
    dropped = {
        code
        for code, field in app.fields.items()
        if field["type"] == "REFERENCE_TABLE" and field["referenceTable"]["relatedApp"]["app"] not in known
    }
    parts = dict(app.parts)
    parts[PartName.FIELDS] = {"properties": {code: app.fields[code] for code in app.fields if code not in dropped}}
    rows = app.parts[PartName.LAYOUT]["layout"]
    parts[PartName.LAYOUT] = {"layout": [row for row in rows if not dropped & set(_codes_of(row))]}
    actions = parts.pop(PartName.ACTIONS, {"actions": {}})["actions"]
    kept = {name: action for name, action in actions.items() if action["destApp"]["app"] in known}
    return parts | ({PartName.ACTIONS: {"actions": kept}} if kept else {})


def newest_number(slug: str) -> str:
    """Return the number of a template's newest version."""
    return next(folder.name for folder in newest_folders() if folder.parent.name == slug)


def set_folders() -> list[Path]:
    """List the folder of the newest version of each set."""
    return [folder for folder in newest_folders() if bundle_in(folder).manifest.includes]


def sharing() -> Iterator[tuple[Bundle, Bundle]]:
    """Yield each pair of newest versions of which one holds all apps of the other, the smaller first; no sets."""
    sets = set_folders()
    bundles = [bundle_in(folder) for folder in newest_folders() if folder not in sets]
    for small, large in itertools.permutations(bundles, 2):
        if set(small.manifest.app_keys) < set(large.manifest.app_keys):
            yield small, large


def _codes_of(row: JsonObject) -> Iterator[str]:
    yield from (cell["code"] for cell in row.get("fields", []) if "code" in cell)
