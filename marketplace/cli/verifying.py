"""Shows whether what was installed is what the template says: as the receipt tells, or as it is now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click

from marketplace.cli.api import ServiceApi
from marketplace.cli.asking import asks_service
from marketplace.cli.checking import check_now
from marketplace.cli.files import write_file
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.verification_lines import outcome_of, show_verification
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text

Document = dict[str, Any]


@click.command()
@click.argument("subject", metavar="IMPORT|INSTALLATION")
@click.option(
    "--receipt",
    "receipt_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="導入記録票をJSONで保存する / save the receipt as JSON",
)
@click.option("--force", is_flag=True, help="あるファイルを置き換える / replace a file that is there")
@click.option("--now", "is_now", is_flag=True, help="今の設定を照合する / compare the present settings")
@click.option("--timeout", type=click.FloatRange(min=0), metavar="SECONDS", help="待つ秒数 / how long to wait")
@spoken
@asks_service
def verify(  # noqa: PLR0913 - each is an option of the command
    voice: Voice,
    api: ServiceApi,
    subject: str,
    *,
    receipt_file: Path | None,
    force: bool,
    is_now: bool,
    timeout: float | None,
) -> Outcome:
    """導入した結果を、テンプレートと照合する / show whether an install is what it should be.

    導入が終わったときの結果を、--now では今の結果を示します。一致していれば0、違いがあれば1で終わります。

    Shows how it was at its end, or how it is with --now. Exits with 0 if it is identical, with 1 if something differs.
    """
    if is_now and receipt_file is not None:
        title = Text("--now と --receipt は、同時に指定できません。", "--now and --receipt do not go together.")
        remedy = Text("導入記録票は、導入が終わったときの記録です。", "A receipt is of the end of the installation.")
        raise CommandError(Outcome.USAGE, title, remedy, code="usage")
    if is_now:
        return check_now(voice, api, _find_installation(api, subject), timeout)
    receipt = _find_receipt(api, subject)
    if receipt_file is not None:
        content = json.dumps(receipt, ensure_ascii=False, indent=2) + "\n"
        write_file(receipt_file, content.encode(), replaces=force)
        voice.note(Text(f"導入記録票を {receipt_file} に保存しました。", f"Saved the receipt in {receipt_file}."))
    _show(voice, receipt)
    voice.document(receipt)
    return outcome_of(receipt["verification"])


def _find_receipt(api: ServiceApi, subject: str) -> Document:
    """Return the receipt of an import, or of the import that an installation came by."""
    try:
        return api.get(f"/imports/{subject}/receipt")
    except CommandError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
    installation = api.get(f"/installations/{subject}")
    imports = api.get(f"/workspaces/{installation['workspace_id']}/imports")["items"]
    import_id = next((one["id"] for one in imports if one["installation_id"] == subject), None)
    if import_id is None:
        title = Text("この導入の記録が見つかりません。", "There is no record of this installation.")
        remedy = Text("導入処理のIDを指定してください。", "Give the id of the import.")
        raise CommandError(Outcome.REFUSED, title, remedy, code="receipt-missing")
    return api.get(f"/imports/{import_id}/receipt")


def _find_installation(api: ServiceApi, subject: str) -> Document:
    """Return an installation, or the one that came of an import."""
    try:
        return api.get(f"/installations/{subject}")
    except CommandError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
    import_ = api.get(f"/imports/{subject}")
    if import_["installation_id"] is None:
        title = Text("この導入は完了していません。", "This import has not come to its end.")
        remedy = Text("完了してから照合してください。", "Check it when it is complete.")
        raise CommandError(Outcome.CONFLICT, title, remedy, code="installation-missing")
    return api.get(f"/installations/{import_['installation_id']}")


def _show(voice: Voice, receipt: Mapping[str, Any]) -> None:
    voice.say(f"{receipt['template']}@{receipt['version']} → {receipt['workspace_name']} ({receipt['workspace_id']})")
    for app in receipt["apps"]:
        voice.say(f"  - {app['name']} ({app['key']}): {app['id'] or '-'}")
    show_verification(voice, receipt["verification"])
