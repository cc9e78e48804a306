"""`yokoten install-package`: installs a package at the closed side; calls the kintone and nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import click

from marketplace import schema  # noqa: F401 - steps are rows elsewhere; their tables must be known together
from marketplace.cli.files import write_file
from marketplace.cli.kintone_options import Kintone, calls_kintone
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.progress import shown
from marketplace.cli.receipt_sheet import write_receipt
from marketplace.cli.trusting import read_trust
from marketplace.cli.voice import Voice, spoken
from marketplace.installs.models import Step, StepState
from marketplace.installs.offline.errors import PackageExpiredError
from marketplace.installs.offline.installing import Installed, install
from marketplace.installs.offline.local_journal import LocalJournal, open_journal
from marketplace.installs.offline.opening import STORED_PACKAGE_BYTES, Package, Trust, open_package
from marketplace.installs.sentences import label_of
from marketplace.kernel.clock import utc_now
from marketplace.kernel.errors import ConflictError, DomainError
from marketplace.kernel.text import Language, Text
from marketplace.kintone.client import KintoneClient

UNUSABLE = Text("パッケージか記録のファイルを使えません。", "The package or its journal can't be used.")
UNUSABLE_REMEDY = Text(
    "ファイルと、そのフォルダーに書き込む権限を確かめてください。", "Check the file, and your rights in its folder."
)


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--trust",
    "trusted",
    multiple=True,
    metavar="FILE|FINGERPRINT",
    help="信頼する公開鍵のファイルか指紋 / public keys to believe, or a fingerprint",
)
@click.option(
    "--journal",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="記録のファイル（省略時はパッケージのそば） / file of the journal (default: beside the package)",
)
@spoken
@calls_kintone
def install_package(
    voice: Voice, kintone: Kintone, *, file: Path, trusted: tuple[str, ...], journal: Path | None
) -> Outcome:
    """パッケージを kintone に導入する / install a package, calling the kintone alone.

    止まったら、同じコマンドをもう一度実行してください。導入記録票（HTML）と報告（JSON）ができます。

    Give the same command again to go on. It leaves a receipt (HTML) and a report (JSON).
    """
    trust = read_trust(trusted)
    try:
        with open_journal(journal or file.with_name(f"{file.name}.journal"), utc_now) as book:
            opened = _open(file, trust, book)
            book.claim({"import": opened.statement.import_id, "digest": opened.digest, "kintone": kintone.address})
            voice.note(Text(f"署名の鍵の指紋：{opened.key.fingerprint}", f"Fingerprint: {opened.key.fingerprint}"))
            ended = _install(voice, opened, book, kintone)
    except DomainError as error:
        raise _refusal(error) from error
    except OSError as error:
        raise CommandError(Outcome.USAGE, UNUSABLE, UNUSABLE_REMEDY, code="file-unusable") from error
    return _tell_end(voice, file, ended, kintone.address)


def _open(file: Path, trust: Trust, book: LocalJournal) -> Package:
    """Open a package; one that ran out after its installation was begun is finished all the same."""
    with file.open("rb") as source:
        data = source.read(STORED_PACKAGE_BYTES + 1)
    try:
        return open_package(data, trust, utc_now())
    except PackageExpiredError:
        if not book.is_begun:
            raise
        return open_package(data, trust, None)


def _install(voice: Voice, opened: Package, book: LocalJournal, kintone: Kintone) -> Installed:
    client = KintoneClient(kintone.transport(), guest_space=opened.statement.guest_space)
    total = len(opened.steps())
    with shown(voice) as show:

        def watch(step: Step) -> None:
            label = voice.words(label_of(step.kind, step.app_name))
            show(step.position + (step.state is StepState.DONE), total, label)

        return install(opened, book, client, watch)


def _tell_end(voice: Voice, file: Path, ended: Installed, address: str) -> Outcome:
    told = ended.as_report()
    report, sheet = file.with_name(f"{file.name}.report.json"), file.with_name(f"{file.name}.receipt.html")
    write_file(report, json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8"), replaces=True)
    write_file(sheet, write_receipt(ended, address).encode("utf-8"), replaces=True)
    voice.document(told)
    voice.say(Text(f"報告：{report}", f"Report: {report}"))
    voice.say(Text(f"導入記録票：{sheet}", f"Receipt: {sheet}"))
    if ended.failure is None:
        voice.say(Text("導入が終わりました。", "Installed."))
        return Outcome.DONE
    for sentence in (ended.failure["reason"], ended.failure["remedy"]):
        voice.warn(voice.pick(sentence))
    return Outcome.FAILED


def _refusal(error: DomainError) -> CommandError:
    says, advises = (Text(*(tell(each) for each in Language)) for tell in (error.says, error.advises))
    outcome = Outcome.CONFLICT if isinstance(error, ConflictError) else Outcome.REFUSED
    return CommandError(outcome, says, advises, code=error.code)
