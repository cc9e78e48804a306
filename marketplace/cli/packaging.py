"""`yokoten package`: has the service make a signed package, and fetches it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from marketplace.cli.api import ServiceApi
from marketplace.cli.asking import asks_service
from marketplace.cli.files import write_file
from marketplace.cli.import_orders import ImportOrder, takes_order
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.voice import Voice, spoken
from marketplace.installs.offline.publishing import PACKAGE
from marketplace.kernel.text import Text

WHAT = Text("どの導入のパッケージかが指定されていません。", "It is not said what to make a package of.")
WHAT_REMEDY = Text(
    "テンプレートと --workspace、またはすでにある導入処理を --import で指定してください。",
    "Give a template with --workspace, or an import that is there already by --import.",
)


@click.command()
@takes_order(required=False)
@click.option("--import", "import_id", metavar="IMPORT", help="すでにある導入処理 / an import that is there already")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="書き出すファイル / file to write")
@click.option("--force", is_flag=True, help="あるファイルを置き換える / replace a file that is there")
@spoken
@asks_service
def package(
    voice: Voice,
    api: ServiceApi,
    *,
    order: ImportOrder | None,
    import_id: str | None,
    output: Path | None,
    force: bool,
) -> Outcome:
    """持ち込むための署名つきパッケージを作る / make a signed package for a closed network.

    公開鍵のファイルも書き出します。パッケージとは別の道で運び、指紋を見比べてください。

    Writes the public keys as well; carry them another way, and compare the fingerprint.
    """
    if (order is None) == (import_id is None):
        raise CommandError(Outcome.USAGE, WHAT, WHAT_REMEDY, code="usage")
    if order is not None:
        import_id = str(api.post(order.path, {**order.body, "mode": "carry"})["id"])
        voice.note(Text(f"導入処理：{import_id}", f"Import: {import_id}"))
    content = api.download(f"/imports/{import_id}/package", PACKAGE)
    published = api.get("/signing-keys")
    path = output or Path(f"{import_id}.yokoten")
    keys = path.with_name(f"{path.name}.keys.json")
    write_file(path, content, replaces=force)
    write_file(keys, json.dumps(published, indent=2).encode("ascii"), replaces=force)
    fingerprint = str(published["items"][0]["fingerprint"])
    voice.say(Text(f"パッケージ：{path}", f"Package: {path}"))
    voice.say(Text(f"公開鍵：{keys}（指紋：{fingerprint}）", f"Public keys: {keys} (fingerprint: {fingerprint})"))
    voice.document({"import": import_id, "file": str(path), "keys": str(keys), "fingerprint": fingerprint})
    return Outcome.DONE
