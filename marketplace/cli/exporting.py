"""Makes a template of apps in a workspace: the service reads them, the draft is fetched into a folder or a zip."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from marketplace.bundle.arranging import arrange
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import digest_of, write_folder
from marketplace.catalog.categories import CATEGORIES
from marketplace.cli.api import ServiceApi, check_digest
from marketplace.cli.asking import asks_service
from marketplace.cli.export_report import show_report
from marketplace.cli.files import require_empty, write_file
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.pairs import read_pairs
from marketplace.cli.voice import Voice, spoken
from marketplace.cli.waiting import Work, tell_failure, watch
from marketplace.kernel.text import Text

Document = dict[str, Any]
Command = Callable[..., None]
ZIP_SUFFIX = ".zip"


def _takes_wishes(command: Command) -> Command:
    """Add the options that say what to export; the command gets them as the API takes them."""

    @click.option("--app", "apps", metavar="ID", multiple=True, help="アプリの番号（何度でも） / an app (repeatable)")
    @click.option("--slug", default="", help="識別名 / slug")
    @click.option("--name", default="", help="名前（日本語） / name in Japanese")
    @click.option("--name-en", default="", help="名前（英語） / name in English")
    @click.option("--summary", default="", help="1文の説明（日本語） / one sentence in Japanese")
    @click.option("--summary-en", default="", help="1文の説明（英語） / one sentence in English")
    @click.option("--category", type=click.Choice(list(CATEGORIES)), help="業務分野 / category")
    @click.option("--license", "license_", metavar="SPDX", default="", help="ライセンス / licence")
    @click.option("--key", "keys", metavar="APP=KEY", multiple=True, help="アプリのキー（何度でも） / key of an app")
    @click.option(
        "--sample-records",
        "records",
        metavar="APP=COUNT",
        multiple=True,
        help="サンプルにするレコードの数 / sample records",
    )
    @click.option("--guest-space", metavar="ID", help="ゲストスペースの番号 / guest space of the apps")
    @click.option("--dry-run", is_flag=True, help="下調べだけにする / only look")
    @functools.wraps(command)
    def run(**given: Any) -> None:
        names = ("slug", "name", "name_en", "summary", "summary_en", "guest_space", "dry_run")
        wishes = {name: given.pop(name) for name in names}
        wishes |= {"apps": list(given.pop("apps")), "license": given.pop("license_")}
        wishes |= {"category": given.pop("category") or ""}
        command(wishes=wishes, keys=given.pop("keys"), records=given.pop("records"), **given)

    return run


@click.command()
@click.option(
    "--workspace",
    "workspace_id",
    metavar="ID",
    envvar="YOKOTEN_WORKSPACE",
    help="ワークスペースのID（YOKOTEN_WORKSPACE） / id of the workspace",
)
@_takes_wishes
@click.option(
    "-o",
    "--output",
    metavar="FOLDER|ZIP",
    type=click.Path(path_type=Path),
    help="下書きを書き出す場所（.zip ならZIP） / where the draft goes (a zip if it ends with .zip)",
)
@click.option("--timeout", type=click.FloatRange(min=0), metavar="SECONDS", help="待つ秒数 / how long to wait")
@click.option("--resume", metavar="EXPORT", help="離れた書き出しを続ける / go on with an export that was left")
@spoken
@asks_service
def export(  # noqa: PLR0913 - each is an option of the command
    voice: Voice,
    api: ServiceApi,
    *,
    workspace_id: str | None,
    wishes: Document,
    keys: tuple[str, ...],
    records: tuple[str, ...],
    output: Path | None,
    timeout: float | None,
    resume: str | None,
) -> Outcome:
    """ワークスペースのアプリをテンプレートの下書きにする / make a draft of apps in a workspace.

    サンプルのレコードは、--sample-records で求めたアプリの分だけ含めます。個人情報がないことを確かめてください。

    Records come along only of the apps that --sample-records names; make sure they hold nothing personal.
    """
    if output is not None and output.suffix != ZIP_SUFFIX:
        require_empty(output)
    if resume is not None:
        started = _resume(api, resume)
    elif workspace_id is not None and wishes["apps"]:
        counts = {app: _whole(count) for app, count in read_pairs(records).items()}
        order = {**wishes, "keys": read_pairs(keys), "sample_records": counts}
        started = api.post(f"/workspaces/{workspace_id}/exports", order, key=str(uuid.uuid4()))
    else:
        title = Text("--workspace と --app が必要です。", "--workspace and --app are needed.")
        remedy = Text("離れた書き出しは --resume で続けられます。", "An export that was left goes on with --resume.")
        raise CommandError(Outcome.USAGE, title, remedy, code="usage")
    export_id = started["id"]
    work = Work(export_id, f"/exports/{export_id}", "export", lambda now: voice.pick(now["progress"]["label"]))
    ended = watch(voice, api, work, seconds=timeout)
    return Outcome.UNFINISHED if ended is None else _tell_end(voice, api, ended, work, output)


def _resume(api: ServiceApi, export_id: str) -> Document:
    known = api.get(f"/exports/{export_id}")
    return api.post(f"/exports/{export_id}/retry") if known["state"] == "failed" else known


def _tell_end(voice: Voice, api: ServiceApi, ended: Document, work: Work, output: Path | None) -> Outcome:
    if ended["state"] != "succeeded":
        tell_failure(voice, ended, work)
        voice.document(ended)
        return Outcome.FAILED
    show_report(voice, ended["report"])
    if ended["draft_id"] is not None:
        _tell_draft(voice, api, ended["draft_id"], output)
    voice.document(ended)
    return Outcome.DONE


def _tell_draft(voice: Voice, api: ServiceApi, draft_id: str, output: Path | None) -> None:
    draft = api.get(f"/drafts/{draft_id}")
    errors = sum(finding["severity"] == "error" for finding in draft["findings"])
    warnings = len(draft["findings"]) - errors
    voice.say(
        Text(
            f"下書き {draft_id}（{draft['slug']} {draft['version']}）：エラー {errors}件、注意 {warnings}件",
            f"Draft {draft_id} ({draft['slug']} {draft['version']}): {errors} error(s), {warnings} warning(s)",
        )
    )
    if output is None:
        return
    data = api.download(f"/drafts/{draft_id}/bundle")
    check_digest(data, draft["digest"], digest_of(data))
    if output.suffix == ZIP_SUFFIX:
        write_file(output, data, replaces=False)
    else:
        write_folder(arrange(read_zip(data)), output)
    voice.say(Text(f"{output} に書き出しました。", f"Wrote it to {output}."))


def _whole(count: str) -> int:
    if not (count.isascii() and count.isdecimal()):
        title = Text(f"「{count}」は件数ではありません。", f"“{count}” is no count.")
        remedy = Text("--sample-records 12=5 のように指定してください。", "Give it like --sample-records 12=5.")
        raise CommandError(Outcome.USAGE, title, remedy, code="count-unreadable")
    return int(count)
