"""Shows how far some work is: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from marketplace.cli.voice import Voice

Show = Callable[[int, int, str], None]
"""Shows how many steps are done, of how many, and what is done now."""


@contextmanager
def shown(voice: Voice) -> Iterator[Show]:
    """Yield what shows progress: a bar on a terminal, a line for each new step elsewhere, nothing when quiet."""
    if voice.is_quiet:
        yield lambda _done, _total, _label: None
    elif sys.stderr.isatty():
        with click.progressbar(
            length=1, file=sys.stderr, show_eta=False, show_pos=True, item_show_func=lambda label: label
        ) as bar:
            yield lambda done, total, label: _advance(bar, done, total, label)
    else:
        yield _Lines(voice)


def _advance(bar: Any, done: int, total: int, label: str) -> None:
    bar.length = max(total, 1)
    bar.update(done - bar.pos, label)


class _Lines:
    """Tells of progress line by line, each state once."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._last = ""

    def __call__(self, done: int, total: int, label: str) -> None:
        line = f"[{done}/{total}] {label}".rstrip()
        if line != self._last:
            self._voice.note(line)
            self._last = line
