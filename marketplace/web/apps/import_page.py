"""The pages of an import: the columns of a file with its first lines, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.text import Language, Text
from marketplace.sandbox.csv_files.columns import MARK
from marketplace.sandbox.csv_files.decoding import CsvFile
from marketplace.sandbox.csv_files.importing import Outcome
from marketplace.sandbox.csv_files.reading import ColumnMapping
from marketplace.sandbox.csv_files.targets import NUMBER, Target, key_targets, targets_of
from marketplace.sandbox.form import Form
from marketplace.web.apps.list_cells import shorten
from marketplace.web.apps.list_page import Around, around
from marketplace.web.apps.visit import Visit

SHOWN_LINES = 5
SHOWN_RECORDS = 10
MARKS = Text("レコードの始まりの印（*）", "Mark of first lines (*)")
WHOLE_LINE = Text("（行全体）", "(whole line)")
ADDS = Text("追加", "Add")
UPDATES = Text("更新", "Update")
Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column of the file: its heading, its first values, and what it is read into."""

    position: int
    header: str
    examples: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class MappingPage:
    """The columns of a file against the fields of the app."""

    around: Around
    address: str
    encoding: str
    line_count: int
    columns: tuple[MappedColumn, ...]
    targets: tuple[Option, ...]
    keys: tuple[Option, ...]
    key: str


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """One thing to mend in the file."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One record that an import would bring, with its first values."""

    line: int
    operation: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """What an import would do, or did."""

    around: Around
    address: str
    is_done: bool
    added: int
    updated: int
    problems: tuple[ShownProblem, ...]
    is_full: bool
    """Tells that there may be more problems than are shown."""
    headers: tuple[str, ...]
    preview: tuple[PreviewLine, ...]
    kept: tuple[tuple[str, str], ...]
    """What the form said, to be sent once more."""


def show_mapping(
    here: Visit, key: str, file: CsvFile, form: Form, mapping: ColumnMapping, language: Language
) -> MappingPage:
    """Return the columns of a file with what they are read into."""
    return MappingPage(
        around=around(here),
        address=f"{here.address}import/{key}",
        encoding=file.encoding,
        line_count=len(file.lines),
        columns=tuple(
            MappedColumn(
                position,
                header,
                tuple(shorten(line.cell(position)) for line in file.lines[:SHOWN_LINES]),
                mapping.targets[position],
            )
            for position, header in enumerate(file.header)
        ),
        targets=tuple((target.name, _words(target, language)) for target in targets_of(form).values()),
        keys=tuple((target.name, _words(target, language)) for target in key_targets(form)),
        key=mapping.key,
    )


def _words(target: Target, language: Language) -> str:
    if target.name == MARK:
        return MARKS.in_language(language)
    table = f"{target.field.table} › " if target.field is not None and target.field.table else ""
    return f"{table}{target.label}" if target.name != NUMBER or target.field else target.name


def show_outcome(  # noqa: PLR0913 - what the page is made of
    here: Visit,
    key: str,
    file: CsvFile,
    mapping: ColumnMapping,
    outcome: Outcome,
    language: Language,
    *,
    is_done: bool,
) -> OutcomePage:
    """Return what became, or would become, of an import."""
    used = [position for position, target in enumerate(mapping.targets) if target and target != MARK]
    kept = [(f"column{position}", target) for position, target in enumerate(mapping.targets)]
    return OutcomePage(
        around=around(here),
        address=f"{here.address}import/{key}",
        is_done=is_done,
        added=outcome.added,
        updated=outcome.updated,
        problems=tuple(
            ShownProblem(each.line, each.column or WHOLE_LINE.in_language(language), each.message.in_language(language))
            for each in sorted(outcome.problems, key=lambda each: each.line)
        ),
        is_full=outcome.is_full,
        headers=tuple(file.header[position] for position in used),
        preview=tuple(_preview(file, mapping, outcome, used, language)),
        kept=(*kept, ("key", mapping.key)),
    )


def _preview(
    file: CsvFile, mapping: ColumnMapping, outcome: Outcome, used: list[int], language: Language
) -> list[PreviewLine]:
    mark = mapping.targets.index(MARK) if MARK in mapping.targets else None
    firsts = [line for line in file.lines if mark is None or line.cell(mark).strip()]
    words = {"INSERT": ADDS.in_language(language), "UPDATE": UPDATES.in_language(language)}
    return [
        PreviewLine(line.number, words[operation], tuple(shorten(line.cell(position)) for position in used))
        for line, operation in list(zip(firsts, outcome.operations, strict=False))[:SHOWN_RECORDS]
    ]
