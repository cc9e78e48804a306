"""Looks for what disagrees in the service, and mends it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from marketplace.app import Runtime
from marketplace.backups.places import Kept
from marketplace.cli.backups import find_kept, place_at, told
from marketplace.cli.noting import note_command
from marketplace.cli.opening import open_runtime
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.settings import settings_needed
from marketplace.cli.voice import Voice, spoken
from marketplace.doctor.examining import examine
from marketplace.doctor.findings import Finding, Patient
from marketplace.kernel.errors import UnavailableError
from marketplace.kernel.text import Text
from marketplace.operating.models import WatchedCommand
from marketplace.settings import Settings

BLIND = Outcome.USAGE
"""The exit code, 2, of a look that could not be finished."""


@click.command()
@click.option("--mend", is_flag=True, help="直せるものを直す / mend what can be mended")
@click.option(
    "--from", "place", help="失われたファイルをこのバックアップから戻す / put lost files back from this backup"
)
@click.option("--quick", is_flag=True, help="ファイルの中身は読まない / do not read the files")
@spoken
@settings_needed
def doctor(settings: Settings, voice: Voice, /, *, mend: bool, place: str | None, quick: bool) -> Outcome:
    """食い違いを探し、直す / find what disagrees, and mend it.

    データベースの行、ファイル、検索の索引、集計値、導入の記録、ジョブ、秘密を調べます。サービスが動いていても使えます。
    終了コード：0 見つからない、1 見つかった、2 調べられない。

    Looks at rows, files, search index, counters, journals, jobs and secrets, also while the service runs.
    Ends with 0 if nothing was found, 1 if something was, 2 if it could not look.
    """
    logging.getLogger("marketplace.storage").setLevel(logging.CRITICAL)
    try:
        return _examine(open_runtime(settings.to_write()), voice, place, mend=mend, quick=quick)
    except click.ClickException as error:
        raise CommandError(BLIND, error.message, "") from error
    except (SQLAlchemyError, UnavailableError) as error:
        raise _blind(error) from error


def _examine(runtime: Runtime, voice: Voice, place: str | None, *, mend: bool, quick: bool) -> Outcome:
    with told():
        spare = None if place is None else _spare_of(find_kept(place_at(runtime.settings, place), place, None))
    waiting = runtime.queue.waiting
    patient = Patient(runtime.sessions, runtime.ports, runtime.now, waiting, spare, is_thorough=not quick)
    outcome = _look(patient, voice, mend=mend)
    runtime.engine.dispose()
    return outcome


def _spare_of(kept: Kept) -> Callable[[str], bytes | None]:
    return lambda digest: dict(kept.read_blobs([digest]))[digest]


def _look(patient: Patient, voice: Voice, *, mend: bool) -> Outcome:
    found: list[Finding] = []
    for name, finding in examine(patient, mend=mend):
        if finding is None:
            voice.note(Text(f"調べています：{name.ja}", f"Looking at {name.en}"))
            continue
        found.append(finding)
        _tell(voice, finding)
    left = [each for each in found if not each.is_mended]
    note_command(patient.sessions, WatchedCommand.DOCTOR, patient.now, len(left))
    voice.document({"found": len(found), "left": len(left), "findings": [_document(each) for each in found]})
    if not found:
        voice.say(Text("食い違いは見つかりませんでした。", "Nothing disagrees."))
        return Outcome.DONE
    voice.say(
        Text(
            f"見つかったもの {len(found)}、直したもの {len(found) - len(left)}、残り {len(left)}",
            f"{len(found)} found, {len(found) - len(left)} mended, {len(left)} left",
        )
    )
    return Outcome.FINDINGS


def _tell(voice: Voice, finding: Finding) -> None:
    mark = Text("［直しました］", "[mended] ") if finding.is_mended else Text("［問題］", "[problem] ")
    voice.say(Text(mark.ja + finding.text.ja, mark.en + finding.text.en))
    if not finding.is_mended:
        voice.say(f"    {voice.words(finding.remedy)}")


def _document(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "subject": finding.subject,
        "text": {"ja": finding.text.ja, "en": finding.text.en},
        "remedy": {"ja": finding.remedy.ja, "en": finding.remedy.en},
        "mended": finding.is_mended,
        "can_be_mended": finding.can_be_mended,
    }


def _blind(error: Exception) -> CommandError:
    return CommandError(
        BLIND,
        Text("最後まで調べられませんでした。", "The look could not be finished."),
        Text(
            "データベースとファイルの保存先に届くかを確かめて、もう一度実行してください。",
            "Check that database and file storage can be reached, then give the command again.",
        ),
        details=[f"{type(error).__name__}: {error}"],
    )
