"""Checks a bundle before anybody else sees it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from marketplace.cli.outcomes import Outcome
from marketplace.cli.sources import LocatedFinding, check_source
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text


@click.command()
@click.argument("source", metavar="FOLDER|ZIP", type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="注意も誤りとして扱う / let warnings fail too")
@spoken
def validate(voice: Voice, source: Path, *, strict: bool) -> Outcome:
    """テンプレートを検査する / check a template.

    指摘ごとに、ファイル・行・場所（JSONポインター）・直し方を示します。

    Each finding tells file, line, place (JSON pointer) and remedy.
    """
    bundle, found = check_source(source)
    errors = sum(one.finding.is_error for one in found)
    show_findings(voice, found)
    is_fine = not errors and not (strict and found)
    voice.say(_summary(errors, len(found) - errors))
    document = {
        "valid": is_fine,
        "errors": errors,
        "warnings": len(found) - errors,
        "findings": [one.as_dict() for one in found],
    }
    if bundle is not None:
        document = {"slug": bundle.manifest.slug, "version": bundle.manifest.version, **document}
    voice.document(document)
    return Outcome.DONE if is_fine else Outcome.FINDINGS


def show_findings(voice: Voice, found: Sequence[LocatedFinding]) -> None:
    """Tell each finding."""
    for one in found:
        for line in one.told_in(voice):
            voice.say(line)


def _summary(errors: int, warnings: int) -> Text:
    if not errors and not warnings:
        return Text("指摘はありません。", "No findings.")
    return Text(f"エラー {errors}件、注意 {warnings}件", f"{errors} error(s), {warnings} warning(s)")
