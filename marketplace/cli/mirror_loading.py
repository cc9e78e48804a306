"""Loads a mirror into the service that is here: `yokoten catalog load --mirror`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from marketplace.app import Runtime
from marketplace.catalog.mirrored import MirrorReport, load_template
from marketplace.cli.outcomes import CommandError
from marketplace.cli.trusting import read_trust
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.mirror.checking import open_mirror, wanted_entries
from marketplace.mirror.folder import MirrorFolder
from marketplace.mirror.reading import read_entry

KEY_NEEDED = (
    "--key に、別の道で受け取った公開鍵のファイルか指紋を指定してください。"
    " / Name the keys, received by another way than the mirror, by --key."
)


def load_mirror(runtime: Runtime, place: Path, keys: Sequence[str]) -> int:
    """Release what the mirror holds and tell what became of it; return the exit code.

    Each template has a transaction of its own, so that the command may be stopped and given again.
    """
    if not keys:
        raise click.UsageError(KEY_NEEDED)
    folder, report = MirrorFolder(place), MirrorReport()
    try:
        state = open_mirror(folder, read_trust(keys).covers)
        entries = wanted_entries(folder, state)
    except DomainError as error:
        raise click.ClickException(_told(error)) from error
    except CommandError as error:
        raise click.ClickException(_both(error.title)) from error
    for entry in entries:
        try:
            template = read_entry(folder, entry)
            with runtime.unit_of_work() as ctx:
                load_template(ctx, folder, template, report)
        except DomainError as error:
            report.refused.append((entry.template, error))
    return _tell(report)


def _tell(report: MirrorReport) -> int:
    added, withdrawn = len(report.added), len(report.withdrawn)
    click.echo(
        f"ミラーの版：追加 {added}、公開停止 {withdrawn}、変更なし {report.unchanged}"
        f" / versions of the mirror: {added} added, {withdrawn} withdrawn, {report.unchanged} unchanged"
    )
    for name, error in report.refused:
        click.echo(f"読み込めません / refused: {name}: {_told(error)}", err=True)
    return int(bool(report.refused))


def _told(error: DomainError) -> str:
    return " / ".join(f"{error.says(language)} {error.advises(language)}" for language in Language)


def _both(text: Text | str) -> str:
    return text if isinstance(text, str) else f"{text.ja} / {text.en}"
