"""An app at a glance: its first list with some sample records, drawn small as one image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from marketplace.web.app_pictures.stand import ListPicture
from marketplace.web.apps.list_cells import ListCell, ListColumn
from marketplace.web.charts.svg import cut, element, width_of, words

WIDTH, HEIGHT = 480, 246
EDGE, GAP = 14.0, 12.0
STATE = "STATUS"
LETTER = 12.0
"""The size of the letters, and so the width of a full-width one."""
BAR, TAB, HEAD, ROW = 36.0, 34.0, 26.0, 30.0
MOST_COLUMNS = 4
LEAST_LETTERS, MOST_LETTERS = 3.0, 8.5
INK, QUIET, LINE, PAPER = "#1a1a1a", "#595959", "#d9d9d9", "#ffffff"
PALE, DARK, HEAD_PAPER = "#e8f1fe", "#00118f", "#f2f2f2"


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    texts: tuple[str, ...]
    is_number: bool
    is_state: bool

    @property
    def letters(self) -> float:
        """How wide the column would like to be, in full-width letters."""
        widest = max(map(width_of, (self.title, *self.texts)))
        return min(MOST_LETTERS, max(LEAST_LETTERS, widest)) + 1


def draw_miniature(name: str, shown: ListPicture) -> Markup:
    """Return an image, a document of its own: nothing in it depends on styles of the page."""
    return element(
        "svg",
        element("rect", width=WIDTH, height=HEIGHT, fill=PAPER),
        element("rect", width=WIDTH, height=BAR, fill=PALE),
        words(cut(name, 34), EDGE, 23, fill=DARK, font_size=14, font_weight="bold"),
        *_tab(shown.name),
        *_table(_columns(shown)),
        xmlns="http://www.w3.org/2000/svg",
        view_box=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        font_family="sans-serif",
        font_size=LETTER,
    )


def _tab(name: str) -> Iterator[Markup]:
    label = cut(name, 24)
    yield element(
        "rect", x=EDGE, y=BAR + 7, width=width_of(label) * LETTER + 20, height=22, rx=11, fill=PAPER, stroke=DARK
    )
    yield words(label, EDGE + 10, BAR + 22, fill=DARK)


def _columns(shown: ListPicture) -> list[_Column]:
    """Return the first columns that say something, and the state of the process as the last."""
    made = [_column(column, [row[place] for row in shown.rows]) for place, column in enumerate(shown.columns)]
    telling = [each for each in made if any(each.texts)] or made
    state = [each for each in telling if each.is_state][:1]
    return [*[each for each in telling if not each.is_state][: MOST_COLUMNS - len(state)], *state]


def _column(column: ListColumn, cells: Sequence[ListCell]) -> _Column:
    texts = tuple(cell.text or "、".join([*(file.name for file in cell.files), *cell.rows[:1]]) for cell in cells)
    return _Column(column.label, texts, column.is_number, column.kind == STATE)


def _table(columns: Sequence[_Column]) -> Iterator[Markup]:
    if not columns:
        return
    top = BAR + TAB
    yield element("rect", x=0.0, y=top, width=WIDTH, height=HEAD, fill=HEAD_PAPER)
    room = WIDTH - 2 * EDGE - GAP * (len(columns) - 1)
    wished = sum(column.letters for column in columns)
    left = EDGE
    for column in columns:
        width = room * column.letters / wished
        yield from _cells(column, left, width, top)
        left += width + GAP
    for number in range(1, len(columns[0].texts) + 1):
        y = top + HEAD + ROW * number
        yield element("line", x1=0, x2=WIDTH, y1=y, y2=y, stroke=LINE)


def _cells(column: _Column, left: float, width: float, top: float) -> Iterator[Markup]:
    letters = width / LETTER
    right = {"x": left + width, "text_anchor": "end"} if column.is_number else {"x": left}
    yield element("text", cut(column.title, letters), **right, y=top + 17, fill=QUIET, font_weight="bold")
    for number, text in enumerate(column.texts):
        y = top + HEAD + ROW * number
        short = cut(text, letters - 1 if column.is_state else letters)
        if column.is_state and short:
            box = width_of(short) * LETTER + 12
            yield element("rect", x=left, y=y + 5, width=box, height=20, rx=4, fill=PALE)
            yield words(short, left + 6, y + 19, fill=DARK)
        else:
            yield element("text", short, **right, y=y + 20, fill=INK)
