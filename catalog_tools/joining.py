"""What one version of a template brings into another: its apps with all their links, and what it says of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog_tools.parts.app import AppParts
from catalog_tools.parts.fields import FormSource
from catalog_tools.parts.manifest import Declared, Hints
from catalog_tools.parts.people import Person
from catalog_tools.parts.process import ProcessSource
from catalog_tools.source.errors import Line
from catalog_tools.source.reading import Member
from marketplace.bundle.model import JsonObject


@dataclass(frozen=True, slots=True)
class JoinedApp:
    """An app, with the placeholders and the hints of the template it comes from."""

    parts: AppParts
    people: dict[str, Person]
    hints: Hints
    origin: str
    """The template it comes from with its version, to name it."""


@dataclass(slots=True)
class Contribution:
    """The apps of a version by key, and what it declares."""

    apps: dict[str, JoinedApp] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    laws: list[str] = field(default_factory=list)


def declared_by(contributions: Iterable[Contribution]) -> Declared:
    """Return what several versions declare, each law and each kind of personal data once."""
    found = list(contributions)
    laws = dict.fromkeys(law for each in found for law in each.laws)
    return Declared(tuple(laws), tuple(dict.fromkeys(kind for each in found for kind in each.kinds)))


def read_contribution(folder: Path) -> Contribution:
    """Read a version that has no source out of its folder. What that version left out is not there."""
    manifest = json.loads((folder / "template.json").read_text(encoding="utf-8"))
    people = {each["key"]: Person(each["key"], each["kind"], each) for each in manifest.get("placeholders", ())}
    origin = f"{manifest['slug']} {manifest['version']}"
    apps = {}
    for key in (app["key"] for app in manifest["apps"]):
        localise = [each for each in manifest.get("localise", ()) if each["app"] == key]
        hints = {each["field"]: (each["hint"]["ja"], each["hint"]["en"]) for each in localise}
        parts = _read_parts(key, folder / "apps" / key, list(hints))
        apps[key] = JoinedApp(parts, people, hints, origin)
    return Contribution(apps, manifest["personal_data"]["kinds"], manifest["laws"])


def _read_parts(key: str, folder: Path, localise: list[str]) -> AppParts:
    parts = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    form = FormSource(parts["fields"]["properties"], parts["layout"]["layout"], localise=localise)
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "files").rglob("*"))
        if path.is_file()
    }
    return AppParts(key, parts, form, ProcessSource(), files=files)


def brought_by(members: Mapping[Member, Contribution]) -> dict[str, Member]:
    """Tell which member brings each app, in the order of the members.

    An app that several of them hold comes from the one of its name, otherwise from the first.
    """
    found: dict[str, Member] = {}
    for member, contribution in members.items():
        for key in contribution.apps:
            if key not in found or key == member.slug:
                found[key] = member
    return found


def includes_of(brought: Mapping[str, Member]) -> list[JsonObject]:
    """Return what template.json says of the members."""
    apps: dict[Member, list[str]] = {}
    for key, member in brought.items():
        apps.setdefault(member, []).append(key)
    return [
        {"template": member.slug, "version": member.version, "apps": sorted(keys, key=lambda key: key != member.slug)}
        for member, keys in apps.items()
    ]


def joined_people(apps: Iterable[JoinedApp], own: dict[str, Person], header: Line) -> dict[str, Person]:
    """Return the placeholders of joined apps; where two declare one otherwise, the own @people decides.

    Raises SourceError when nobody decides.
    """
    found: dict[str, tuple[Person, str]] = {}
    for app in apps:
        for key, person in _named(app):
            before, origin = found.setdefault(key, (person, app.origin))
            if before.definition != person.definition and (key not in own or before.kind != person.kind):
                raise header.error(
                    f"the placeholder {key} is {before.kind} “{before.definition['label']['ja']}” "
                    f"({before.definition['hint']['ja']}) in {origin}, and {person.kind} "
                    f"“{person.definition['label']['ja']}” ({person.definition['hint']['ja']}) in {app.origin}; "
                    "say in @people what it is here",
                )
    return {key: person for key, (person, _) in found.items()} | own


def _named(app: JoinedApp) -> Iterator[tuple[str, Person]]:
    text = json.dumps(app.parts.parts, ensure_ascii=False)
    return ((key, person) for key, person in app.people.items() if f"{{{{{key}}}}}" in text)
