"""Loads the templates that come with the service from templates_catalog/<slug>/<version>/."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from marketplace.bundle.checking import check
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.lines import line_of
from marketplace.bundle.model import SEVERITY_ERROR, Bundle, Finding
from marketplace.bundle.reading import MANIFEST, read_folder
from marketplace.bundle.writing import digest_of, write_zip
from marketplace.catalog.errors import VersionNumberUnusableError
from marketplace.catalog.models import CatalogSource, Template, TemplateVersion
from marketplace.catalog.numbering import number_finding
from marketplace.catalog.precedence import precedence_of
from marketplace.catalog.services import add_version
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import DomainError, OutageError
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality

PUBLISHER = "yokoten"
SHOWN_FINDINGS = 5
"""Of one folder on a terminal; the report holds them all."""


@dataclass(frozen=True, slots=True)
class RefusedBundle:
    """A folder that could not be loaded, and why."""

    path: str
    findings: tuple[Finding, ...]
    lines: tuple[int | None, ...]
    """The line of each finding in its file, where it can be told."""

    def __str__(self) -> str:
        """Return the path and the first findings on one line each, for a terminal."""
        shown = self.findings[:SHOWN_FINDINGS]
        lines = [
            f"  {finding.file}{':' if line is None else f':{line}:'} {finding.title.ja} {finding.remedy.ja}"
            for finding, line in zip(shown, self.lines, strict=False)
        ]
        if len(self.findings) > len(shown):
            lines.append(f"  … ほか{len(self.findings) - len(shown)}件")
        return "\n".join([self.path, *lines])


@dataclass(frozen=True, slots=True)
class CatalogReport:
    """What loading the folder did: paths added, how many were there already, and what was refused."""

    added: tuple[str, ...]
    unchanged: int
    refused: tuple[RefusedBundle, ...]


class _RefusedError(Exception):
    """Carries the findings of one folder out of its savepoint."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


def sync_catalog(ctx: Context, folder: Path | str) -> CatalogReport:
    """Release every version in the folder that is not released yet, older ones first.

    A broken folder is reported and the others load. A folder whose files look the same as last time is not read.
    Versions that are gone from the folder stay: a release is for ever.
    """
    ctx.actor.require(Permission.TEMPLATES_PUBLISH, PUBLISHER)
    # Two machines that start at once load one after the other.
    ctx.session.get(Municipality, PUBLISHER, with_for_update=True)
    # All at once and before the index: who rates one of them holds it, and waits for whoever writes to the index.
    ctx.session.execute(
        select(Template.id).where(Template.publisher_code == PUBLISHER).order_by(Template.id).with_for_update()
    )
    report = CatalogReport((), 0, ())
    known = {source.path: source.fingerprint for source in ctx.session.scalars(select(CatalogSource))}
    for place in _version_folders(Path(folder)):
        path = _path_of(place)
        fingerprint = fingerprint_of(place)
        if known.get(path) == fingerprint:
            report = replace(report, unchanged=report.unchanged + 1)
        else:
            report = _load(ctx, place, fingerprint, report)
    return report


def fingerprint_of(folder: Path) -> str:
    """Return a digest of the names, sizes and times of a folder's files, to see cheaply that nothing changed."""
    lines = []
    for path in sorted(folder.rglob("*")):
        found = path.lstat()
        lines.append(f"{path.relative_to(folder).as_posix()}\0{found.st_mode}\0{found.st_size}\0{found.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _version_folders(folder: Path) -> list[Path]:
    """Return the folders of versions, by slug and then as SemVer orders them; a name that is no number comes last."""
    places = [place for place in folder.glob("*/*") if place.is_dir() and not place.name.startswith(".")]
    return sorted(places, key=lambda place: (place.parent.name, _order(place.name), place.name))


def _order(number: str) -> str:
    try:
        return precedence_of(number)
    except VersionNumberUnusableError:
        return "~"


def _load(ctx: Context, place: Path, fingerprint: str, report: CatalogReport) -> CatalogReport:
    """Release one folder unless its very content is released already, and add that to the report."""
    path = _path_of(place)
    try:
        is_new = _release(ctx, place, fingerprint)
    except _RefusedError as refusal:
        lines = tuple(_line_of(place, finding) for finding in refusal.findings)
        return replace(report, refused=(*report.refused, RefusedBundle(path, refusal.findings, lines)))
    if is_new:
        return replace(report, added=(*report.added, path))
    return replace(report, unchanged=report.unchanged + 1)


def _release(ctx: Context, place: Path, fingerprint: str) -> bool:
    bundle = _read(place)
    digest = digest_of(write_zip(bundle))
    released = _released_digest(ctx, bundle)
    if released not in {None, digest}:
        raise _RefusedError([_changed(bundle)])
    if released is None:
        _add(ctx, bundle)
    ctx.session.merge(CatalogSource(path=_path_of(place), fingerprint=fingerprint, digest=digest))
    return released is None


def _line_of(place: Path, finding: Finding) -> int | None:
    """Return the line a finding speaks of; None where its file can't be read, or the finding is about the whole."""
    if not finding.pointer:
        return None
    try:
        return line_of((place / finding.file).read_text(encoding="utf-8"), finding.pointer)
    except (OSError, ValueError):
        return None


def _path_of(place: Path) -> str:
    return f"{place.parent.name}/{place.name}"


def _read(place: Path) -> Bundle:
    try:
        bundle = read_folder(place)
    except BundleRefusedError as error:
        raise _RefusedError(error.findings) from error
    findings = [finding for finding in check(bundle) if finding.severity == SEVERITY_ERROR]
    manifest = bundle.manifest
    if (manifest.slug, manifest.version) != (place.parent.name, place.name):
        findings.append(_misplaced(f"{manifest.slug}/{manifest.version}"))
    if findings:
        raise _RefusedError(findings)
    return bundle


def _released_digest(ctx: Context, bundle: Bundle) -> str | None:
    chosen = (
        select(TemplateVersion.digest)
        .join(Template, Template.id == TemplateVersion.template_id)
        .where(
            Template.publisher_code == PUBLISHER,
            Template.slug == bundle.manifest.slug,
            TemplateVersion.number == bundle.manifest.version,
        )
    )
    return ctx.session.scalar(chosen)


def _add(ctx: Context, bundle: Bundle) -> None:
    try:
        with ctx.session.begin_nested():
            add_version(ctx, PUBLISHER, bundle)
    except OutageError:
        raise  # The next one would meet it as well, after another wait.
    except DomainError as error:
        raise _RefusedError([number_finding(error)]) from error


def _changed(bundle: Bundle) -> Finding:
    number = bundle.manifest.version
    return Finding(
        SEVERITY_ERROR,
        "released-version-changed",
        MANIFEST,
        "/version",
        Text(f"公開済みの版 {number} の内容が変わっています。", f"The released version {number} has changed."),
        Text(
            "変更を元に戻し、新しい番号のフォルダーを追加してください。",
            "Undo the change and add a folder with a new number.",
        ),
    )


def _misplaced(expected: str) -> Finding:
    return Finding(
        SEVERITY_ERROR,
        "folder-name-mismatch",
        MANIFEST,
        "",
        Text(
            "フォルダー名とtemplate.jsonの識別名・版の番号が一致していません。",
            "The folder's name differs from the slug and the version in template.json.",
        ),
        Text(f"フォルダー名を「{expected}」にしてください。", f"Name the folder {expected}."),
    )
