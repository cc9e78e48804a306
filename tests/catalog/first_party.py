"""Read access to the templates in templates_catalog/, for the tests that hold their rules."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from pathlib import Path

from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.bundle.reading import read_folder

CATALOG = Path(__file__).parents[2] / "templates_catalog"


def version_folders() -> list[Path]:
    """List the folder of each version of each template, oldest version first."""
    found = (manifest.parent for manifest in CATALOG.glob("*/*/template.json"))
    return sorted(found, key=lambda folder: (folder.parent.name, _precedence(folder.name)))


def newest_folders() -> list[Path]:
    """List the folder of the newest version of each template."""
    return list({folder.parent.name: folder for folder in version_folders()}.values())


def successions() -> list[tuple[Path, Path]]:
    """List each version with the one that follows it."""
    folders = version_folders()
    return [(old, new) for old, new in itertools.pairwise(folders) if old.parent.name == new.parent.name]


def folder_id(folder: Path) -> str:
    """Name a version in the output of a test."""
    return f"{folder.parent.name}-{folder.name}"


@functools.cache
def bundle_in(folder: Path) -> Bundle:
    """Read a version once for all tests."""
    return read_folder(folder)


def records_of(app: AppDefinition) -> list[JsonObject]:
    """List the sample records of an app."""
    part = app.part(PartName.RECORDS)
    return list(part["records"]) if part else []


def states_seen(app: AppDefinition) -> set[str]:
    """Return the states the sample records are in; one without a state is in the first."""
    process = app.parts[PartName.PROCESS]
    first = min(process["states"], key=lambda name: int(process["states"][name]["index"]))
    return {record.get("$status", {"value": first})["value"] for record in records_of(app)}


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


def _codes_of(row: JsonObject) -> Iterator[str]:
    yield from (cell["code"] for cell in row.get("fields", []) if "code" in cell)


def _precedence(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("-", maxsplit=1)[0].split("."))
