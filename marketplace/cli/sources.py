"""Opens what a command is given: a folder or a zip with a bundle in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from marketplace.bundle.checking import check
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.limits import STORED_ZIP_BYTES
from marketplace.bundle.model import Bundle, Finding, JsonObject
from marketplace.bundle.reading import read_folder, read_zip
from marketplace.cli.lines import lines_by_pointer
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.voice import Voice
from marketplace.kernel.text import Text

SEVERITIES = {"error": Text("エラー", "error"), "warning": Text("注意", "warning")}


@dataclass(frozen=True, slots=True)
class LocatedFinding:
    """A finding, and the line it is about when it lies in a JSON file of a folder."""

    finding: Finding
    line: int | None = None

    def as_dict(self) -> JsonObject:
        """Return the finding as plain values."""
        return {**self.finding.as_dict(), "line": self.line}

    def told_in(self, voice: Voice) -> list[str]:
        """Return the lines that tell of it, the place first, as compilers write it."""
        finding = self.finding
        place = finding.file if self.line is None else f"{finding.file}:{self.line}"
        severity, remedy = voice.words(SEVERITIES[finding.severity]), voice.words(finding.remedy)
        told = [f"{place}: {severity}: {voice.words(finding.title)} [{finding.code}]"]
        pointer = [f"    {finding.pointer}"] if finding.pointer else []
        return [*told, *pointer, f"    → {remedy}"]


class RefusedSourceError(CommandError):
    """A bundle that can't be read, with the findings that say why."""

    def __init__(self, path: Path, findings: Sequence[LocatedFinding], voice: Voice) -> None:
        """Tell the findings as details."""
        super().__init__(
            Outcome.FINDINGS,
            Text(f"「{path}」を読み込めませんでした。", f"“{path}” could not be read."),
            Text("指摘の内容を直してください。", "Correct what the findings say."),
            code=BundleRefusedError.code,
            details=[line for finding in findings for line in finding.told_in(voice)],
        )


def read_source(path: Path) -> Bundle:
    """Return the bundle in a folder or a zip. Raises BundleRefusedError or CommandError."""
    if path.is_dir():
        return read_folder(path)
    try:
        with path.open("rb") as file:
            return read_zip(file.read(STORED_ZIP_BYTES + 1))
    except OSError as error:
        raise CommandError(
            Outcome.USAGE,
            Text(f"「{path}」を開けません（{error.strerror}）。", f"“{path}” can't be opened ({error.strerror})."),
            Text("場所と読み取り権限を確かめてください。", "Check where it is and who may read it."),
        ) from error


def open_source(path: Path, voice: Voice) -> Bundle:
    """Return the bundle in a folder or a zip. Raises RefusedSourceError or CommandError."""
    try:
        return read_source(path)
    except BundleRefusedError as error:
        raise RefusedSourceError(path, locate(path, error.findings), voice) from error


def check_source(path: Path) -> tuple[Bundle | None, list[LocatedFinding]]:
    """Return the bundle, unless it can't be read, and everything the checks found."""
    try:
        bundle = read_source(path)
    except BundleRefusedError as error:
        return None, locate(path, error.findings)
    return bundle, locate(path, check(bundle))


def locate(path: Path, findings: Sequence[Finding]) -> list[LocatedFinding]:
    """Add the lines to the findings about a folder; a zip is not edited, so lines would say nothing."""
    if not path.is_dir():
        return [LocatedFinding(finding) for finding in findings]
    lines: dict[str, dict[str, int]] = {}
    located = []
    for finding in findings:
        if finding.pointer and finding.file not in lines:
            lines[finding.file] = lines_by_pointer(_text_of(path / finding.file))
        line = lines[finding.file].get(finding.pointer) if finding.pointer else _broken_line(path, finding)
        located.append(LocatedFinding(finding, line))
    return located


def _broken_line(path: Path, finding: Finding) -> int | None:
    """Return the line on which a file stops being JSON."""
    if finding.code != "json-malformed":
        return None
    try:
        json.loads(_text_of(path / finding.file))
    except json.JSONDecodeError as error:
        return error.lineno
    return None


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
