"""Installs a template into a workspace and watches until it is done; the service does the work."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import click

from marketplace.cli.api import ServiceApi
from marketplace.cli.asking import asks_service
from marketplace.cli.import_orders import ImportOrder, takes_order
from marketplace.cli.kept_orders import KeptOrder, forget_import, identity_of, new_order, note_import, take_order
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.voice import Voice, spoken
from marketplace.cli.waiting import UNDER_WAY, Work, tell_failure, watch
from marketplace.kernel.text import Text

Document = dict[str, Any]
WRONG_ORDER = Text(
    "導入するテンプレートと --workspace、または続ける導入処理を --resume で指定してください。",
    "Give a template with --workspace, or the import to go on with by --resume.",
)


@click.command()
@takes_order(required=False)
@click.option("--wait/--no-wait", default=True, show_default=True, help="終わるまで待つ / wait for the end")
@click.option("--timeout", type=click.FloatRange(min=0), metavar="SECONDS", help="待つ秒数 / how long to wait")
@click.option(
    "--resume",
    metavar="IMPORT",
    help="止まった、または離れた導入処理を続ける / go on with an import that stopped or was left",
)
@click.option(
    "--accept-changes",
    is_flag=True,
    help="ほかの人が変えたアプリの上に続ける（--resume） / go on over what others changed in the apps (--resume)",
)
@click.option(
    "--idempotency-key", metavar="KEY", help="二重に導入しないための鍵 / key by which an install is not done twice"
)
@spoken
@asks_service
def install(  # noqa: PLR0913 - each is an option of the command
    voice: Voice,
    api: ServiceApi,
    *,
    order: ImportOrder | None,
    wait: bool,
    timeout: float | None,
    resume: str | None,
    accept_changes: bool,
    idempotency_key: str | None,
) -> Outcome:
    """テンプレートをワークスペースに導入する / install a template into a workspace.

    答えが届かなかったときは、同じコマンドをもう一度実行してください。二重には導入されません。

    If no answer came, run the same command again; nothing is installed twice.
    """
    if resume is not None and order is None:
        started = _resume(voice, api, resume, accepts_changes=accept_changes)
    elif resume is None and order is not None:
        started = _start(voice, api, order, idempotency_key)
    else:
        title = Text("指定の組み合わせが正しくありません。", "These options do not go together.")
        raise CommandError(Outcome.USAGE, title, WRONG_ORDER, code="usage")
    work = _work(voice, started["id"])
    if started["mode"] == "pull":
        way = f"yokoten pull {work.id} --kintone …"
        voice.say(Text(f"kintone に届く端末で続けてください：{way}", f"Go on where the kintone can be reached: {way}"))
        voice.document(started)
        return Outcome.UNFINISHED
    if not wait:
        voice.say(Text(f"導入処理 {work.id} を始めました。", f"Import {work.id} was started."))
        voice.note(work.way_back)
        voice.document(started)
        return Outcome.DONE
    ended = watch(voice, api, work, seconds=timeout)
    if ended is None:
        return Outcome.UNFINISHED
    forget_import(work.id)
    return _tell_end(voice, api, ended, work)


def _start(voice: Voice, api: ServiceApi, order: ImportOrder, given_key: str | None) -> Document:
    """Start the import, or find the one that the same order started before."""
    identity = identity_of(api.service.url, order.path, order.body)
    kept = KeptOrder(identity, given_key) if given_key else take_order(identity)
    if kept.import_id is not None:
        known = _find_under_way(api, kept.import_id)
        if known is not None:
            voice.note(Text(f"進行中の導入処理 {known['id']} を見守ります。", f"Watching the import {known['id']}."))
            return known
        kept = new_order(identity)
    voice.note(f"Idempotency-Key: {kept.key}")
    started = api.post(order.path, order.body, key=kept.key)
    note_import(kept, started["id"])
    return started


def _find_under_way(api: ServiceApi, import_id: str) -> Document | None:
    """Return an import that an earlier command left, unless it has ended meanwhile or is gone."""
    try:
        known = api.get(f"/imports/{import_id}")
    except CommandError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None
    return known if known["state"] in UNDER_WAY else None


def _resume(voice: Voice, api: ServiceApi, import_id: str, *, accepts_changes: bool) -> Document:
    """Return an import that runs, setting it going again if it failed."""
    known = api.get(f"/imports/{import_id}")
    if known["state"] != "failed":
        return known
    voice.note(Text("止まった手順から続けます。", "Going on with the step that failed."))
    return api.post(f"/imports/{import_id}/retry", {"accept_changes": True} if accepts_changes else None)


def _work(voice: Voice, import_id: str) -> Work:
    def label(document: Document) -> str:
        waiting = document.get("waiting_for")
        if waiting:
            return voice.pick(waiting["reason"])
        running = [step for step in document["steps"] if step["state"] in {"running", "failed"}]
        left = [step for step in document["steps"] if step["state"] == "pending"]
        current = (running or left or [None])[0]
        return voice.pick(current["label"]) if current else ""

    return Work(import_id, f"/imports/{import_id}", "install", label)


def _tell_end(voice: Voice, api: ServiceApi, ended: Document, work: Work) -> Outcome:
    if ended["state"] != "succeeded":
        tell_failure(voice, ended, work)
        voice.document(ended)
        return Outcome.FAILED
    named = f"{ended['template']}@{ended['version']}"
    voice.say(Text(f"{named} を導入しました。", f"Installed {named}."))
    for key, app_id in ended["app_ids"].items():
        voice.say(f"  {key}: {app_id}")
    verification = api.get(f"/imports/{work.id}/receipt")["verification"]
    if verification and verification["count"]:
        count = verification["count"]
        voice.say(Text(f"  テンプレートと異なる設定：{count}件", f"  Settings unlike the template: {count}"))
    voice.note(Text(f"照合の結果：yokoten verify {work.id}", f"Verification: yokoten verify {work.id}"))
    voice.document(ended)
    return Outcome.DONE
