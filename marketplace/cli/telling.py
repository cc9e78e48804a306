"""Shows progress and results, in both languages; what programs read goes to the output, the rest beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

FAILED, LATER = 1, 3
"""Exit codes: it was refused or stopped; or it may go on when the same command is given again."""


class Progress(Protocol):
    """Shows how far something has come."""

    def __call__(self, done: int, label: str, /) -> None:
        """Show it."""
        ...


@contextmanager
def progress(total: int, label: str) -> Iterator[Progress]:
    """Show a bar beside the output while the block runs."""
    bar: ProgressBar[str] = click.progressbar(
        length=total, label=label, file=sys.stderr, show_eta=False, item_show_func=lambda step: step or ""
    )
    with bar:

        def show(done: int, step: str) -> None:
            bar.update(max(0, done - bar.pos), step)

        yield show


def both(text: Mapping[str, str]) -> str:
    """Return a sentence in both languages."""
    return f"{text['ja']} / {text['en']}"


def say(line: str) -> None:
    """Tell people something."""
    click.echo(line, err=True)


def give(document: Any) -> None:
    """Give programs something."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def stop(sentence: str, code: int = FAILED) -> NoReturn:
    """End the command with a sentence."""
    click.echo(f"Error: {sentence}", err=True)
    raise click.exceptions.Exit(code)
