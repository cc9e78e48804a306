"""The matrix of faults: an import of three apps into a real built-in workspace, disturbed at each call in each way.

Prints it as a table and writes it into docs/faults.md, between the two marks. CELLS=sample takes some cells only,
and then leaves the document alone.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.installs.fault_matrix import Cell, Course, Ending, disturb, record_course, sample_of
from tests.installs.faults import DEPLOY_FAILS, FAULTS

DOCUMENT = Path(__file__).parents[1] / "docs" / "faults.md"
START, END = "<!-- the table begins -->", "<!-- the table ends -->"
LETTERS = {"by itself": "", "another worker": "w", "by a person": "p"}
COLUMNS = (*FAULTS, DEPLOY_FAILS)

Endings = Mapping[tuple[int, str], list[Ending]]
"""By the position of the step and the fault."""


def main() -> None:
    """Run the cells, print the table, and say how many ended complete."""
    logging.disable(logging.WARNING)
    sampled = os.environ.get("CELLS") == "sample"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        course = record_course(folder)
        cells = list(course.cells())
        chosen = sample_of(cells) if sampled else cells
        started = time.monotonic()
        endings = run(course, folder, chosen)
        seconds = time.monotonic() - started
    wrong = [ending for found in endings.values() for ending in found if ending.wrong]
    lines = [*table(course, endings), "", f"{len(chosen) - len(wrong)} of {len(chosen)} cells ended complete."]
    print("\n".join(lines))
    print(f"{seconds / len(chosen) * 1000:.0f} ms a cell")
    if not sampled:
        write("\n".join(lines))
    for ending in wrong:
        print(ending)


def run(course: Course, folder: Path, cells: list[Cell]) -> Endings:
    """Return how each cell ended."""
    endings: defaultdict[tuple[int, str], list[Ending]] = defaultdict(list)
    for cell in cells:
        endings[cell.stage.position, cell.fault].append(disturb(course, folder, cell))
    return endings


def table(course: Course, endings: Endings) -> Iterator[str]:
    """Yield the lines of a Markdown table: a row for each step, a column for each fault."""
    yield f"| step | calls | {' | '.join(COLUMNS)} |"
    yield f"| --- | --- |{' --- |' * len(COLUMNS)}"
    for stage, calls in zip(course.stages, course.calls, strict=True):
        found = [shown(endings.get((stage.position, fault), [])) for fault in COLUMNS]
        yield f"| {stage.label} | {len(calls)} | {' | '.join(found)} |"


def shown(endings: list[Ending]) -> str:
    """Return a cell: the most attempts the step took and who resumed it, over all its calls; a cross if one failed."""
    if not endings:
        return "–"
    if any(ending.wrong for ending in endings):
        return "✗"
    return " ".join(dict.fromkeys(f"{ending.attempts}{LETTERS[ending.resumed]}" for ending in endings))


def write(text: str) -> None:
    """Put the table into the document."""
    whole = DOCUMENT.read_text(encoding="utf-8")
    before, rest = whole.split(START)
    after = rest.split(END)[1]
    DOCUMENT.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")
