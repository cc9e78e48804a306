"""Expands the sources into the folders of templates_catalog/: the same files from the same source, always."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalog_tools.icons.drawing import draw_icon
from catalog_tools.joining import (
    Contribution,
    JoinedApp,
    brought_by,
    declared_by,
    includes_of,
    joined_people,
    read_contribution,
)
from catalog_tools.parts.app import AppParts, read_app
from catalog_tools.parts.app_links import with_links
from catalog_tools.parts.documents import changelog, english_readme, readme
from catalog_tools.parts.localising import asked_lists
from catalog_tools.parts.manifest import Heading, localisation, manifest_of, read_heading, read_hints
from catalog_tools.parts.people import read_people
from catalog_tools.source.changing import changed
from catalog_tools.source.errors import Line, Problems
from catalog_tools.source.reading import Include, Member, Section, Source, place_of, read_source
from marketplace.bundle.model import JsonObject

SOURCES = Path(__file__).parent / "sources"
CATALOG = Path(__file__).parents[1] / "templates_catalog"


@dataclass(frozen=True, slots=True)
class Expansion:
    """One version: its files by path, and what the checks want to know of its source."""

    slug: str
    version: str
    files: dict[str, bytes]
    apps: dict[str, AppParts]
    source: Source


def numbers(version: str) -> tuple[int, ...]:
    """Return a version number in a form that sorts."""
    return tuple(int(number) for number in re.findall(r"\d+", version))


@dataclass(slots=True)
class Sources:
    """The folder of the sources, each read once."""

    folder: Path = SOURCES
    catalog: Path = CATALOG
    _read: dict[Path, Source] = field(default_factory=dict)
    _whole: dict[Path, Source] = field(default_factory=dict)

    def slugs(self) -> list[str]:
        """List the templates that have a source."""
        return sorted(path.name for path in self.folder.iterdir() if any(path.glob("*.txt")))

    def versions(self, slug: str) -> list[str]:
        """List the versions of a template that have a source, oldest first."""
        return sorted((path.stem for path in (self.folder / slug).glob("*.txt")), key=numbers)

    def expand(self, slug: str, version: str) -> Expansion:
        """Return the files of a version. Raises SourceError or SourceFlawsError."""
        source = self.whole(slug, version)
        members = self._members(source)
        heading = self._heading(slug, source, members)
        apps = self._apps(slug, source, members)
        known = frozenset(apps)
        kept = {key: app.parts.without_links_beyond(known) for key, app in apps.items()}
        localise = [localisation(key, code, apps[key].hints) for key, code in asked_lists(kept)]
        joined = (app for key, app in apps.items() if key not in source.own_keys)
        people = joined_people(joined, read_people(source.sections.get("people")), source.header)
        people = {key: person for key, person in people.items() if _is_named(key, kept)}
        includes = includes_of(brought_by(members))
        texts = {"template.json": _json(manifest_of(heading, list(kept), people, localise, includes))}
        texts["README.md"] = readme(_needed(source, "readme"), heading)
        texts["README.en.md"] = english_readme(_needed(source, "readme-en"), heading)
        texts["CHANGELOG.md"] = changelog(list(self._changelogs(slug, version)))
        texts["images/icon.svg"] = draw_icon(
            heading.icon, heading.category, heading.name, heading.entries.section.header
        )
        for key, app in kept.items():
            texts |= {f"apps/{key}/{name}.json": _json(part) for name, part in app.parts.items()}
        files = {path: text.encode() for path, text in texts.items()}
        files |= {f"apps/{key}/{path}": data for key, app in kept.items() for path, data in app.files.items()}
        return Expansion(slug, version, files, kept, source)

    def icons(self) -> dict[str, str]:
        """Return the drawing that each template's oldest source asks for, by slug, without reading the rest."""
        found = {}
        for slug in self.slugs():
            for version in self.versions(slug)[:1]:
                lines = self._path(slug, version).read_text(encoding="utf-8").splitlines()
                icon = next((line for line in lines if line.startswith("icon:")), "")
                found[slug] = icon.removeprefix("icon:").strip()
        return found

    def whole(self, slug: str, version: str) -> Source:
        """Return the source of a version, complete. Raises SourceError."""
        path = self._path(slug, version)
        if path not in self._whole:
            source = self._source(slug, version)
            self._whole[path] = source if source.base is None else changed(self._base_of(slug, source), source)
        return self._whole[path]

    def _path(self, slug: str, version: str) -> Path:
        return self.folder / slug / f"{version}.txt"

    def _source(self, slug: str, version: str) -> Source:
        path = self._path(slug, version)
        if path not in self._read:
            if not path.is_file():
                raise Line(place_of(path), 1, "").error("there is no such source; write it, or delete its folder")
            self._read[path] = read_source(path)
        return self._read[path]

    def _base_of(self, slug: str, source: Source) -> Source:
        base = source.base or ""
        if numbers(base) >= numbers(source.version) or not self._path(slug, base).is_file():
            raise source.header.error(f"there is no version {base} before {source.version}")
        return self.whole(slug, base)

    def _changelogs(self, slug: str, version: str) -> Iterator[tuple[str, Section | None]]:
        at: str | None = version
        while at:
            source = self._source(slug, at)
            if source.base and "changelog" not in source.sections:
                raise source.header.error("a later version says in @changelog what changed, and why")
            yield at, source.sections.get("changelog")
            at = source.base

    def _members(self, source: Source) -> dict[Member, Contribution]:
        return {member: self._contribution(member.slug, member.version, member.line) for member in source.members}

    def _contribution(self, slug: str, version: str, line: Line) -> Contribution:
        """Return what a version brings: from its source, or from its folder where it was written by hand."""
        if self._path(slug, version).is_file():
            source = self.whole(slug, version)
            members = self._members(source)
            heading = self._heading(slug, source, members)
            return Contribution(self._apps(slug, source, members), heading.kinds, heading.laws)
        if (self.catalog / slug / version).is_dir() and slug not in self.slugs():
            return read_contribution(self.catalog / slug / version)
        raise line.error(f"there is neither a source {slug}/{version}.txt nor a template {slug} {version} without one")

    @staticmethod
    def _heading(slug: str, source: Source, members: dict[Member, Contribution]) -> Heading:
        return read_heading(_needed(source, "template"), slug, source.version, declared_by(members.values()))

    def _apps(self, slug: str, source: Source, members: dict[Member, Contribution]) -> dict[str, JoinedApp]:
        """Return the apps of a version with all their links: those of its members, those it names, its own."""
        people = read_people(source.sections.get("people"))
        hints = read_hints(source.sections.get("localise"))
        apps = {key: members[member].apps[key] for key, member in brought_by(members).items()}
        problems = Problems()
        for app in source.apps:
            with problems.gathered():
                if isinstance(app, Include):
                    apps[app.key] = self._taken(app)
                else:
                    apps[app.key] = JoinedApp(read_app(app, people), people, {}, f"{slug} {source.version}")
        for section in source.links:
            with problems.gathered():
                apps[section.argument] = _linked(apps, section)
        problems.finish()
        return {key: replace(app, hints=app.hints | hints) for key, app in apps.items()}

    def _taken(self, include: Include) -> JoinedApp:
        contribution = self._contribution(include.slug, include.version, include.line)
        if include.key not in contribution.apps:
            raise include.line.error(f"{include.slug} has the apps {', '.join(contribution.apps)}")
        return contribution.apps[include.key]


def _linked(apps: dict[str, JoinedApp], section: Section) -> JoinedApp:
    if section.argument not in apps:
        raise section.header.error(f"write “@links app”; there are {', '.join(apps)}")
    app = apps[section.argument]
    return replace(app, parts=with_links(app.parts, section))


def write(expansion: Expansion, catalog: Path = CATALOG) -> None:
    """Write the folder of a version anew."""
    folder = catalog / expansion.slug / expansion.version
    wanted = {folder / path: data for path, data in expansion.files.items()}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and path not in wanted:
            path.unlink()
    for path, data in wanted.items():
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _needed(source: Source, name: str) -> Section:
    section = source.sections.get(name)
    if section is None:
        raise source.header.error(f"the section @{name} is missing")
    return section


def _is_named(placeholder: str, apps: dict[str, AppParts]) -> bool:
    text = json.dumps([app.parts for app in apps.values()], ensure_ascii=False)
    return f"{{{{{placeholder}}}}}" in text


def _json(value: JsonObject) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
