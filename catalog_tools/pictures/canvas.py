"""A small canvas of few colours, with the shapes that scenes are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from catalog_tools.pictures.png import write_png

WIDTH, HEIGHT = 320, 200
PALETTE = {
    "black": 0x222222,
    "white": 0xFFFFFF,
    "sky": 0xCFE6F5,
    "grass": 0x8FBF6A,
    "leaf": 0x4E8A3E,
    "asphalt": 0x7C8085,
    "dark": 0x43474B,
    "concrete": 0xBDBDB5,
    "soil": 0x9A7B55,
    "wood": 0xC49A62,
    "brick": 0xB65A3C,
    "red": 0xD33A2C,
    "yellow": 0xF2C230,
    "blue": 0x2F6DB5,
    "water": 0x6FB3DE,
    "cream": 0xF3E9D2,
}
NUMBERS = {name: number for number, name in enumerate(PALETTE)}
LETTERS = {
    "S": "01111 10000 10000 01110 00001 00001 11110",
    "A": "01110 10001 10001 11111 10001 10001 10001",
    "M": "10001 11011 10101 10101 10001 10001 10001",
    "P": "11110 10001 10001 11110 10000 10000 10000",
    "L": "10000 10000 10000 10000 10000 10000 11111",
    "E": "11111 10000 10000 11110 10000 10000 11111",
}
WORD = "SAMPLE"
"""Stands on every picture, so that nobody takes it for one of something real."""
DOT = 2


@dataclass(slots=True)
class Canvas:
    """The pixels, each the number of its colour."""

    rows: list[bytearray] = field(default_factory=lambda: [bytearray(WIDTH) for _ in range(HEIGHT)])

    def rect(self, colour: int, at: Sequence[int]) -> None:
        """Fill a rectangle: left, top, width, height."""
        left, top, width, height = at
        for y in range(top, top + height):
            self._run(y, left, left + width, colour)

    def oval(self, colour: int, at: Sequence[int]) -> None:
        """Fill an ellipse: the middle, and half of its width and height."""
        middle_x, middle_y, half_width, half_height = at
        for y in range(middle_y - half_height, middle_y + half_height + 1):
            share = 1 - ((y - middle_y) / half_height) ** 2
            half = round(half_width * share**0.5)
            self._run(y, middle_x - half, middle_x + half + 1, colour)

    def area(self, colour: int, at: Sequence[int]) -> None:
        """Fill a polygon: the corners, each as x and y."""
        corners = list(zip(at[::2], at[1::2], strict=True))
        for y in range(min(y for _, y in corners), max(y for _, y in corners) + 1):
            crossed = sorted(
                round(x1 + (y - y1) * (x2 - x1) / (y2 - y1))
                for (x1, y1), (x2, y2) in pairwise([*corners, corners[0]])
                if min(y1, y2) <= y < max(y1, y2)
            )
            for left, right in zip(crossed[::2], crossed[1::2], strict=True):
                self._run(y, left, right, colour)

    def line(self, colour: int, at: Sequence[int]) -> None:
        """Draw a line: from, to, and its thickness."""
        x1, y1, x2, y2, thick = at
        steps = max(abs(x2 - x1), abs(y2 - y1), 1)
        for step in range(steps + 1):
            x, y = x1 + (x2 - x1) * step // steps, y1 + (y2 - y1) * step // steps
            self.rect(colour, (x - thick // 2, y - thick // 2, thick, thick))

    def sign(self) -> None:
        """Write in the corner that this is a sample."""
        self.rect(NUMBERS["white"], (WIDTH - 82, HEIGHT - 22, 78, 18))
        for index, letter in enumerate(WORD):
            for row, dots in enumerate(LETTERS[letter].split()):
                for column, dot in enumerate(dots):
                    if dot == "1":
                        x, y = WIDTH - 79 + (index * 6 + column) * DOT, HEIGHT - 20 + row * DOT
                        self.rect(NUMBERS["dark"], (x, y, DOT, DOT))

    def png(self) -> bytes:
        """Return the picture as a file."""
        return write_png(WIDTH, list(PALETTE.values()), [bytes(row) for row in self.rows])

    def _run(self, y: int, left: int, right: int, colour: int) -> None:
        left, right = max(left, 0), min(right, WIDTH)
        if 0 <= y < HEIGHT and right > left:
            self.rows[y][left:right] = bytes([colour]) * (right - left)


SHAPES: Mapping[str, Callable[[Canvas, int, Sequence[int]], None]] = {
    "rect": Canvas.rect,
    "oval": Canvas.oval,
    "line": Canvas.line,
    "area": Canvas.area,
}
"""What a scene may draw."""
