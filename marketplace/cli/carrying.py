"""`yokoten package`, `install-package` and `report`: carries a template into a closed network, and the news back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from marketplace import schema  # noqa: F401 - steps are rows elsewhere; their tables must be known together
from marketplace.bundle.model import JsonObject
from marketplace.cli.kintone_options import Kintone, Way, kintone_options, way_options
from marketplace.cli.receipt_sheet import write_receipt
from marketplace.cli.service_calls import Service, ServiceError
from marketplace.cli.service_options import service_option, token_option
from marketplace.cli.telling import FAILED, LATER, both, give, progress, say, stop
from marketplace.cli.trusting import read_trust
from marketplace.installs.models import Step, StepState
from marketplace.installs.offline.errors import PackageExpiredError
from marketplace.installs.offline.installing import Installed, install
from marketplace.installs.offline.local_journal import LocalJournal, open_journal
from marketplace.installs.offline.opening import STORED_PACKAGE_BYTES, Package, Trust, open_package
from marketplace.installs.sentences import label_of
from marketplace.kernel.clock import utc_now
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language
from marketplace.kintone.client import KintoneClient

MOST_REPORT_BYTES = 4 * 1024 * 1024
json_option = click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する / print the result as JSON")


@click.command()
@service_option
@token_option
@click.option("--workspace", help="ワークスペースの番号 / id of the workspace")
@click.option("--template", help="公開団体/識別名 / publisher/slug")
@click.option("--version", help="版、または範囲 / version or range")
@click.option("--place", "places", multiple=True, metavar="KEY=CODE", help="差し込み項目 / a placeholder")
@click.option("--no-samples", is_flag=True, help="サンプルレコードを入れない / without sample records")
@click.option("--import", "import_id", help="すでにある導入処理から作る / of an import that is there already")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="書き出すファイル / where to")
@json_option
@way_options
def package(
    base: str,
    token: str,
    *,
    import_id: str | None,
    output: Path | None,
    as_json: bool,
    way: Way,
    **order: Any,
) -> None:
    """閉じたネットワークへ持ち込む、署名つきのパッケージを作る / make a signed package for a closed network."""
    service = Service(way.network, base, token)
    try:
        import_id = import_id or _order(service, **order)
        content = service.download(f"/api/v1/imports/{import_id}/package")
        keys = service.json("GET", "/api/v1/signing-keys")
    except ServiceError as error:
        stop(str(error), LATER if error.may_pass else FAILED)
    path = output or Path(f"{import_id}.yokoten")
    trusted = path.with_name(f"{path.name}.keys.json")
    path.write_bytes(content)
    trusted.write_text(json.dumps(keys, indent=2), encoding="utf-8")
    fingerprint = keys["items"][0]["fingerprint"]
    say(f"パッケージ / package: {path}\n公開鍵 / public keys: {trusted}\n指紋 / fingerprint: {fingerprint}")
    if as_json:
        give({"import": import_id, "file": str(path), "keys": str(trusted), "fingerprint": fingerprint})


def _order(
    service: Service,
    *,
    workspace: str | None,
    template: str | None,
    version: str | None,
    places: tuple[str, ...],
    no_samples: bool,
) -> str:
    if not workspace or not template:
        message = "--workspace と --template か、--import が必要です / give --workspace and --template, or --import"
        raise click.UsageError(message)
    body: JsonObject = {
        "template": template,
        "version": version,
        "mode": "carry",
        "sample_records": not no_samples,
        "placeholders": dict(_pair(place) for place in places),
    }
    started = service.json("POST", f"/api/v1/workspaces/{workspace}/imports", body)
    return str(started["id"])


def _pair(place: str) -> tuple[str, str]:
    key, equals, code = place.partition("=")
    if not equals:
        raise click.UsageError(f"--place KEY=CODE: {place}")
    return key, code


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--trust",
    "trusted",
    multiple=True,
    metavar="FILE|FINGERPRINT",
    help="信頼する公開鍵のファイルか指紋 / public keys to believe, or a fingerprint",
)
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path), help="記録のファイル / file of the journal")
@json_option
@kintone_options
def install_package(
    file: Path, *, trusted: tuple[str, ...], journal: Path | None, as_json: bool, kintone: Kintone
) -> None:
    """パッケージを kintone に導入する。ほかのどこにもつながない / install a package; calls the kintone alone.

    途中で止まっても、同じコマンドで続きから再開します。終わると、導入記録票（HTML）と報告（JSON）ができます。
    / Give the same command again to go on. It leaves a receipt (HTML) and a report (JSON).
    """
    try:
        with open_journal(journal or file.with_name(f"{file.name}.journal"), utc_now) as book:
            opened = _open(file, read_trust(trusted), book)
            book.claim({"import": opened.statement.import_id, "digest": opened.digest, "kintone": kintone.address})
            say(f"指紋 / fingerprint: {opened.key.fingerprint}")
            ended = _install(opened, book, kintone)
    except DomainError as error:
        stop("\n".join(f"{error.says(each)} {error.advises(each)}" for each in Language))
    except OSError as error:
        stop(f"ファイルを読み書きできません / the file can't be used: {error}")
    report_path, sheet = file.with_name(f"{file.name}.report.json"), file.with_name(f"{file.name}.receipt.html")
    told = ended.as_report()
    report_path.write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
    sheet.write_text(write_receipt(ended, kintone.address), encoding="utf-8")
    if as_json:
        give(told)
    if ended.failure is not None:
        stop(f"{both(ended.failure['reason'])}\n{both(ended.failure['remedy'])}", LATER)
    say(f"導入が終わりました / installed\n報告 / report: {report_path}\n導入記録票 / receipt: {sheet}")


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


def _install(opened: Package, book: LocalJournal, kintone: Kintone) -> Installed:
    client = KintoneClient(kintone.transport(), guest_space=opened.statement.guest_space)
    total = len(opened.steps())
    with progress(total, "導入 / installing") as told:

        def watch(step: Step) -> None:
            done = step.position + (step.state is StepState.DONE)
            told(done, label_of(step.kind, step.app_name).ja)

        return install(opened, book, client, watch)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@service_option
@token_option
@json_option
@way_options
def report(file: Path, base: str, token: str, *, as_json: bool, way: Way) -> None:
    """持ち込んだパッケージの導入結果をサービスに報告する / tell the service what became of a package."""
    try:
        with file.open("rb") as source:
            document = json.loads(source.read(MOST_REPORT_BYTES))
        import_id = str(document["import"])
    except (ValueError, KeyError, TypeError, RecursionError):
        stop("報告のファイルではありません / this is no report", 2)
    if not import_id.isalnum():
        stop("報告のファイルではありません / this is no report", 2)
    try:
        ended = Service(way.network, base, token).json("PUT", f"/api/v1/imports/{import_id}/report", document)
    except ServiceError as error:
        stop(str(error), LATER if error.may_pass else FAILED)
    if as_json:
        give(ended)
    say(f"報告しました / reported: {ended['state']}")
