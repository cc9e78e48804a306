"""Expands the sources into the folders of templates_catalog/: the same files from the same source, always."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from catalog_tools.icons.drawing import draw_icon
from catalog_tools.parts.app import AppParts, read_app
from catalog_tools.parts.documents import changelog, english_readme, readme
from catalog_tools.parts.manifest import Heading, localisation, manifest_of, read_heading, read_hints
from catalog_tools.parts.people import Person, read_people
from catalog_tools.source.changing import changed
from catalog_tools.source.errors import Line, Problems
from catalog_tools.source.reading import AppSource, Include, Section, Source, read_source
from marketplace.bundle.model import JsonObject

SOURCES = Path(__file__).parent / "sources"
CATALOG = Path(__file__).parents[1] / "templates_catalog"


@dataclass(frozen=True, slots=True)
class Expansion:
    """One version: its files by path, and what the checks want to know of its source."""

    slug: str
    version: str
    files: dict[str, str]
    apps: dict[str, AppParts]
    source: Source


@dataclass(slots=True)
class _Gathered:
    """The apps of a version with the placeholders and the hints that come with them."""

    apps: dict[str, AppParts] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    hints: dict[str, tuple[str, str]] = field(default_factory=dict)


def source_files() -> list[Path]:
    """List the sources, the versions of each template from the oldest on."""
    found = (path for path in SOURCES.glob("*/*.txt"))
    return sorted(found, key=lambda path: (path.parent.name, numbers(path.stem)))


def numbers(version: str) -> tuple[int, ...]:
    """Return a version number in a form that sorts."""
    return tuple(int(number) for number in re.findall(r"\d+", version))


@cache
def whole_source(slug: str, version: str) -> Source:
    """Return the source of a version, complete. Raises SourceError."""
    path = SOURCES / slug / f"{version}.txt"
    source = read_source(path)
    if source.base is None:
        return source
    if numbers(source.base) >= numbers(version) or not (SOURCES / slug / f"{source.base}.txt").is_file():
        raise Line(path.name, 1, "").error(f"there is no version {source.base} before {version}")
    return changed(whole_source(slug, source.base), source)


@cache
def expand(slug: str, version: str) -> Expansion:
    """Return the files of a version. Raises SourceError or SourceErrors."""
    source = whole_source(slug, version)
    section = _needed(source, "template")
    heading = read_heading(section, slug, version)
    gathered = _gather(source)
    kept = _without_dead_ends(gathered.apps)
    localise = [localisation(key, code, gathered.hints) for key, app in kept.items() for code in app.localise]
    people = {key: person for key, person in gathered.people.items() if _is_named(key, kept)}
    manifest = manifest_of(heading, list(kept), people, localise)
    files = {"template.json": _json(manifest), **_documents(source, heading)}
    files["images/icon.svg"] = draw_icon(heading.icon, heading.category, heading.name, section.header)
    for key, app in kept.items():
        files |= {f"apps/{key}/{name}.json": _json(part) for name, part in app.parts.items()}
    return Expansion(slug, version, files, kept, source)


def write(expansion: Expansion) -> None:
    """Write the folder of a version anew."""
    folder = CATALOG / expansion.slug / expansion.version
    wanted = {folder / path: text for path, text in expansion.files.items()}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def _needed(source: Source, name: str) -> Section:
    section = source.sections.get(name)
    if section is None:
        raise Line(source.path.name, 1, "").error(f"the section @{name} is missing")
    return section


def _documents(source: Source, heading: Heading) -> dict[str, str]:
    return {
        "README.md": readme(_needed(source, "readme"), heading),
        "README.en.md": english_readme(_needed(source, "readme-en"), heading),
        "CHANGELOG.md": changelog(list(_changelogs(heading.slug, heading.version))),
    }


def _changelogs(slug: str, version: str) -> Iterator[tuple[str, Section | None]]:
    at: str | None = version
    while at:
        source = read_source(SOURCES / slug / f"{at}.txt")
        if source.base and "changelog" not in source.sections:
            raise Line(source.path.name, 1, "").error("a later version says in @changelog what changed, and why")
        yield at, source.sections.get("changelog")
        at = source.base


def _gather(source: Source) -> _Gathered:
    gathered = _Gathered()
    own_people = read_people(source.sections.get("people"))
    problems = Problems()
    for app in source.apps:
        with problems.gathered():
            if isinstance(app, Include):
                _take(app, gathered)
            else:
                gathered.apps[app.key] = read_app(app, own_people)
    problems.finish()
    gathered.people |= own_people
    gathered.hints |= read_hints(source.sections.get("localise"))
    return gathered


def _take(include: Include, gathered: _Gathered) -> None:
    """Add the main app of another template, with its placeholders."""
    if not (SOURCES / include.key / f"{include.version}.txt").is_file():
        raise include.line.error(f"there is no source {include.key}/{include.version}.txt yet; write that one first")
    other = whole_source(include.key, include.version)
    people = read_people(other.sections.get("people"))
    main = next((app for app in other.apps if isinstance(app, AppSource) and app.key == include.key), None)
    if main is None:
        raise include.line.error(f"{include.key} has no app of its own name")
    gathered.apps[include.key] = read_app(main, people)
    gathered.people |= people
    gathered.hints |= read_hints(other.sections.get("localise"))


def _without_dead_ends(apps: dict[str, AppParts]) -> dict[str, AppParts]:
    """Leave out related records and actions that lead to an app which this template does not hold."""
    return {key: app.without_links_beyond(frozenset(apps)) for key, app in apps.items()}


def _is_named(placeholder: str, apps: dict[str, AppParts]) -> bool:
    text = json.dumps([app.parts for app in apps.values()], ensure_ascii=False)
    return f"{{{{{placeholder}}}}}" in text


def _json(value: JsonObject) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
