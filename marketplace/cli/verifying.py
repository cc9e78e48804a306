"""Shows the receipt of an import: whether what was installed is what the template says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click

from marketplace.cli.api import ServiceApi
from marketplace.cli.asking import asks_service
from marketplace.cli.files import write_file
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text

Document = dict[str, Any]
RESULTS = {
    "identical": Text("テンプレートと一致しています。", "Identical to the template."),
    "different": Text("テンプレートと異なる設定があります。", "Some settings are not what the template says."),
    "incomplete": Text("読み出せた範囲では一致しています。", "Identical as far as it could be read."),
}
NOTHING_THERE = Text("なし", "none")


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
@spoken
@asks_service
def verify(voice: Voice, api: ServiceApi, subject: str, *, receipt_file: Path | None, force: bool) -> Outcome:
    """導入した結果を、テンプレートと照合する / show whether an install is what it should be.

    一致していれば0、違いがあれば1で終わります。

    Exits with 0 if it is identical, with 1 if something differs.
    """
    receipt = _find_receipt(api, subject)
    if receipt_file is not None:
        content = json.dumps(receipt, ensure_ascii=False, indent=2) + "\n"
        write_file(receipt_file, content.encode(), replaces=force)
        voice.note(Text(f"導入記録票を {receipt_file} に保存しました。", f"Saved the receipt in {receipt_file}."))
    _show(voice, receipt)
    voice.document(receipt)
    verification = receipt["verification"]
    return Outcome.DONE if verification and verification["result"] != "different" else Outcome.FINDINGS


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


def _show(voice: Voice, receipt: Mapping[str, Any]) -> None:
    voice.say(f"{receipt['template']}@{receipt['version']} → {receipt['workspace_name']} ({receipt['workspace_id']})")
    for app in receipt["apps"]:
        voice.say(f"  - {app['name']} ({app['key']}): {app['id'] or '-'}")
    verification = receipt["verification"]
    if verification is None:
        voice.say(Text("まだ照合されていません。", "Not verified yet."))
        return
    voice.say(RESULTS[verification["result"]])
    for one in verification["differences"]:
        found, wanted = (one[name] or voice.words(NOTHING_THERE) for name in ("found", "wanted"))
        voice.say(f"  - {one['app']}/{one['part']}{one['pointer']}: {wanted} → {found}")
    for one in verification["unread"]:
        voice.say(f"  ? {one['app']}/{one['part']} {one['subject']}: {voice.pick(one['reason'])}")
