"""Watches work that the service does, and shows how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from marketplace.cli.voice import Voice

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.3, 2.0, 1.3
UNDER_WAY = frozenset({"queued", "running"})
Document = dict[str, Any]
Show = Callable[[int, int, str], None]


class NotFinishedError(Exception):
    """The work goes on, but the time the user gave it is over."""


def wait_for(
    voice: Voice, read: Callable[[], Document], label_of: Callable[[Document], str], *, seconds: float | None
) -> Document:
    """Return the document of some work once it has ended. Raises NotFinishedError or what reading raises."""
    deadline = None if seconds is None else time.monotonic() + seconds
    pause = FIRST_PAUSE
    document = read()
    with _shown(voice, document) as show:
        while True:
            progress = document.get("progress") or {}
            show(int(progress.get("done", 0)), int(progress.get("total", 0)), label_of(document))
            if document["state"] not in UNDER_WAY:
                return document
            if deadline is not None and time.monotonic() >= deadline:
                raise NotFinishedError
            time.sleep(pause)
            pause = min(pause * GROWTH, LONGEST_PAUSE)
            document = read()


@contextmanager
def _shown(voice: Voice, document: Mapping[str, Any]) -> Iterator[Show]:
    """Yield what shows progress: a bar on a terminal, a line for each new step elsewhere, nothing when quiet."""
    if voice.is_quiet:
        yield lambda _done, _total, _label: None
    elif sys.stderr.isatty():
        total = int((document.get("progress") or {}).get("total", 0)) or 1
        with click.progressbar(
            length=total, file=sys.stderr, show_eta=False, show_pos=True, item_show_func=lambda label: label
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
