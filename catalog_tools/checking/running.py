"""Everything that is checked of one template, as its writer runs it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog_tools.checking.adding import adding_flaws
from catalog_tools.checking.conventions import convention_flaws
from catalog_tools.checking.craft import craft_flaws
from catalog_tools.checking.emptiness import emptiness_flaws
from catalog_tools.checking.flaws import Flaw
from catalog_tools.checking.formulas import formula_flaws
from catalog_tools.checking.outlines import outline_flaws, read_answers
from catalog_tools.checking.personal import personal_flaws
from catalog_tools.checking.samples import sample_flaws
from catalog_tools.checking.texts import text_flaws
from catalog_tools.checking.versions import version_flaws
from catalog_tools.expanding import CATALOG, Expansion, Sources, numbers, write
from catalog_tools.trying.exercise import check_expected, check_views, exercise
from catalog_tools.trying.once import open_workshop
from marketplace.bundle.checking import check
from marketplace.bundle.lines import line_of
from marketplace.bundle.model import AppDefinition, Bundle
from marketplace.bundle.reading import read_folder
from marketplace.bundle.walking import join_pointer

ALLOWED = frozenset({"process-without-end"})
"""Warnings that are no flaw here: a register whose records are confirmed anew each year has no end."""
CHAPTERS = {
    "template.json": "template",
    "README.md": "readme",
    "README.en.md": "readme-en",
    "CHANGELOG.md": "changelog",
    "images/icon.svg": "template",
}
"""The section of a source that a file of the folder is made of."""
SECTIONS = {"layout": "fields", "notifications": "notices", "admin_notes": "notes", "settings": "settings"}


def check_template(slug: str, sources: Sources) -> Iterator[str]:
    """Expand all versions of a template, check them, and try the newest one. Raises SourceError or SourceFlawsError."""
    expansions = {version: sources.expand(slug, version) for version in sources.versions(slug)}
    for expansion in expansions.values():
        write(expansion)
    bundles = []
    for folder in version_folders(slug):
        if folder.name in expansions:
            bundles.append(read_folder(folder))
        else:
            yield f"{CATALOG.name}/{slug}/{folder.name}: its source {slug}/{folder.name}.txt is gone; delete the folder"
    broken = False
    for bundle in bundles:
        expansion = expansions[bundle.manifest.version]
        for flaw in [*bundle_flaws(bundle), *source_flaws(expansion, bundle)]:
            broken = True
            yield locate(flaw, expansion)
    yield from map(str, version_flaws(bundles))
    yield from _shared_icon(slug, sources)
    if not broken:
        yield from try_template(expansions[bundles[-1].manifest.version], bundles)


def _shared_icon(slug: str, sources: Sources) -> Iterator[str]:
    icons = sources.icons()
    for other, icon in icons.items():
        if other != slug and icon == icons[slug]:
            yield f"{slug}: {other} has the icon “{icon}” too; choose another drawing or badge"


def version_folders(slug: str) -> list[Path]:
    """List the folders of a template's versions, oldest first."""
    return sorted((CATALOG / slug).iterdir(), key=lambda folder: numbers(folder.name))


def bundle_flaws(bundle: Bundle) -> Iterator[Flaw]:
    """Yield what is wrong with a version as it stands in its folder."""
    for finding in check(bundle):
        if finding.code not in ALLOWED:
            yield _flaw_of(finding.file, finding.pointer, f"{finding.title.ja} {finding.remedy.ja}")
    yield from text_flaws(bundle)
    yield from sample_flaws(bundle)
    yield from personal_flaws(bundle)
    for app in bundle.apps:
        yield from convention_flaws(app)
        yield from formula_flaws(app)
        yield from emptiness_flaws(app)
        yield from adding_flaws(app)


def source_flaws(expansion: Expansion, bundle: Bundle) -> Iterator[Flaw]:
    """Yield what is wrong with a version that has a source; sets are not in the outline."""
    yield from craft_flaws(expansion, bundle)
    if expansion.source.is_set:
        return
    main = expansion.apps.get(expansion.slug)
    fields = main.form.properties if main else {}
    section = expansion.source.sections.get("outline")
    yield from outline_flaws(bundle, read_answers(section.blocks if section else ()), fields)


def try_template(expansion: Expansion, bundles: Sequence[Bundle]) -> Iterator[str]:
    """Install a template and yield what does not work."""
    with open_workshop() as workshop:
        installed = workshop.install(bundles)
        if installed.progress.failure is None:
            for key, parts in expansion.apps.items():
                yield from check_expected(installed, bundles[-1].app(key), parts.expected)
        apps = own_apps(bundles[-1], expansion)
        yield from exercise(installed, apps, workshop.browser)
        for app in apps:
            yield from check_views(installed, app, workshop.browser)


def own_apps(bundle: Bundle, expansion: Expansion | None) -> list[AppDefinition]:
    """Return the apps that a template defines itself; those of other templates are tried with theirs.

    Of a set they are tried all: they are joined as they are nowhere else.
    """
    if expansion is None or expansion.source.is_set:
        return list(bundle.apps)
    own = expansion.source.own_keys
    return [app for app in bundle.apps if app.key in own]


def locate(flaw: Flaw, expansion: Expansion) -> str:
    """Return a flaw with the place in the source where it is to be mended."""
    app = expansion.apps.get(flaw.app or "")
    if app is None:
        chapter = expansion.source.sections.get(CHAPTERS.get(flaw.part, ""))
        header = chapter.header if chapter else expansion.source.header
        return f"{header.file}:{header.number}: {flaw}"
    section = SECTIONS.get(flaw.part, flaw.part)
    line = app.form.lines.get(flaw.code or "") if section == "fields" else None
    line = line or app.places.get(section) or app.places["settings"]
    return f"{line.file}:{line.number}: {flaw.words}"


def locate_in_folder(flaw: Flaw, folder: Path) -> str:
    """Return a flaw of a template that has no source, with the file and the line where it is to be mended."""
    place = f"{folder.parent.name}/{folder.name}/{flaw.file}"
    pointer = flaw.pointer or (join_pointer("/properties", flaw.code) if flaw.code else "")
    path = folder / flaw.file
    line = line_of(path.read_text(encoding="utf-8"), pointer) if flaw.file.endswith(".json") and path.is_file() else 1
    return f"{place}:{line or 1}: {flaw.words}"


def _flaw_of(file: str, pointer: str, words: str) -> Flaw:
    match = re.fullmatch(r"apps/([^/]+)/([^/]+)\.json", file)
    if not match:
        return Flaw(f"{pointer}: {words}", part=file, pointer=pointer)
    codes = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]
    code = codes[4] if codes[3:4] == ["fields"] and len(codes) > 4 else "".join(codes[2:3])  # noqa: PLR2004 - /properties/table/fields/column
    return Flaw(f"{pointer}: {words}", match[1], match[2], code, pointer)
