"""Scans a whole bundle; a refusal never depends on findings that were cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.bundle.model import SEVERITY_ERROR, AppDefinition, Bundle, Finding, PartName
from marketplace.bundle.walking import texts_of, walk, walk_objects
from marketplace.kernel.text import Text
from marketplace.publishing.scan.held import Held, SuspectKind, hold
from marketplace.publishing.scan.places import in_document, in_file, in_manifest, in_part
from marketplace.publishing.scan.rows import rows_of, suspects_of_row
from marketplace.publishing.scan.scripts import host_of, reaches_of
from marketplace.publishing.scan.texts import MAY_HOLD, suspects_of

RULES = 1
"""Counts up when the rules change: drafts scanned by older rules are scanned anew when they are looked at."""
MAX_HELD = 100
MAX_ERRORS = 50
MAX_SEEN = 5000
"""Of the same and of different ones; a hostile file could repeat one for hours."""
TOO_MANY = "personal-data-too-many"
SCRIPT_ENDS = (".js", ".mjs", ".cjs", ".css")
BINARY_ENDS = (".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".zip", ".xlsx", ".docx", ".pptx", ".xls", ".doc")
ENCODINGS = ("utf-8-sig", "cp932")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan came to: findings of which somebody may say whose they are, and those that must be corrected."""

    held: tuple[Held, ...]
    """Those that wait for an answer, at most MAX_HELD; and each マイナンバー, at most MAX_ERRORS."""
    errors: tuple[Finding, ...] = ()

    def as_documents(self) -> list[dict[str, Any]]:
        """Return all findings as a draft keeps them, what must be corrected first."""
        blocking = [one.as_document() for one in self.held if not one.needs_answer]
        waiting = [one.as_document() for one in self.held if one.needs_answer]
        return [*(error.as_dict() for error in self.errors), *blocking, *waiting]


def is_of_scan(finding: Mapping[str, Any]) -> bool:
    """Tell whether a finding that a draft keeps was made here; a later scan replaces it."""
    return "held" in finding or finding["code"] == TOO_MANY


def scan(bundle: Bundle) -> Scan:
    """Return what may be personal in a bundle and what its scripts reach."""
    blocking: dict[str, Held] = {}
    waiting: dict[str, Held] = {}
    is_cut_off = False
    for seen, one in enumerate(_look_through(bundle)):
        (waiting if one.needs_answer else blocking).setdefault(one.id, one)
        is_cut_off = len(waiting) > MAX_HELD or len(blocking) > MAX_ERRORS or seen >= MAX_SEEN
        if is_cut_off:
            break
    errors = (_too_many(),) if is_cut_off else ()
    return Scan((*list(blocking.values())[:MAX_ERRORS], *list(waiting.values())[:MAX_HELD]), errors)


def _look_through(bundle: Bundle) -> Iterator[Held]:
    if are_suspicious(texts_of(bundle.manifest.raw)):
        for pointer, value in walk(bundle.manifest.raw):
            if isinstance(value, str):
                yield from (hold(in_manifest(pointer), *found) for found in suspects_of(value))
    for name, text in bundle.documents.items():
        lines = text.splitlines()
        if are_suspicious(lines):
            for number, line in enumerate(lines, 1):
                yield from (hold(in_document(name, number), *found) for found in suspects_of(line))
    for app in bundle.apps:
        yield from _in_parts(app)
        yield from _in_rows(app)
        yield from _in_files(app)


def are_suspicious(texts: Iterable[str]) -> bool:
    """Tell whether any of some texts holds a suspect: nearly none does, and then nobody asks for the places.

    All are looked through at once, as lines of one text: no suspect reaches over the end of a line, so that what is
    found in one of them is found in all of them together.
    """
    return any(True for _found in suspects_of("\n".join(filter(MAY_HOLD.search, texts))))


def _in_parts(app: AppDefinition) -> Iterator[Held]:
    for part, content in app.parts.items():
        if part is not PartName.CUSTOMIZE and not are_suspicious(texts_of(content)):
            continue
        for pointer, value in walk(content):
            # The names of files are looked at with the files.
            if isinstance(value, str | int) and not isinstance(value, bool) and value not in app.files:
                yield from (hold(in_part(app, part, pointer), *found) for found in suspects_of(str(value)))
            if part is PartName.CUSTOMIZE and isinstance(value, dict) and isinstance(value.get("url"), str):
                host = host_of(value["url"])
                if host is not None:
                    yield hold(in_part(app, part, f"{pointer}/url"), SuspectKind.HOST, host)


def _in_rows(app: AppDefinition) -> Iterator[Held]:
    for row in rows_of(app):
        for kind, written, pointer in suspects_of_row(row):
            yield hold(in_part(app, row.part, pointer), kind, written)


def _in_files(app: AppDefinition) -> Iterator[Held]:
    scripts = _scripts_of(app)
    for path, data in app.files.items():
        yield from (hold(in_file(app, path), *found) for found in suspects_of(path))
        text = None if path.lower().endswith(BINARY_ENDS) else _decoded(data)
        if text is None:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            yield from (hold(in_file(app, path, number), *found) for found in suspects_of(line))
        if path in scripts:
            for kind, written, at in reaches_of(text):
                yield hold(in_file(app, path, text.count("\n", 0, at) + 1), kind, written)


def _scripts_of(app: AppDefinition) -> set[str]:
    """Return the files that kintone would run, and those that say by their names what they are."""
    named = {
        value["path"]
        for _pointer, value in walk_objects(app.part(PartName.CUSTOMIZE) or {})
        if isinstance(value.get("path"), str)
    }
    return {path for path in app.files if path in named or path.lower().endswith(SCRIPT_ENDS)}


def _decoded(data: bytes) -> str | None:
    """Return the text of a file, or None if it is none."""
    if b"\0" in data:
        return None
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _too_many() -> Finding:
    return Finding(
        SEVERITY_ERROR,
        TOO_MANY,
        "",
        "",
        Text(
            "個人情報と思われる値や通信先が多すぎて、すべてを示せません。",
            "There are too many values that look personal, or hosts that scripts reach, to show them all.",
        ),
        Text(
            "サンプルを架空の値に直し、件数を減らしてから、もう一度アップロードしてください。",
            "Put fictitious values into the samples and upload the file again.",
        ),
    )
