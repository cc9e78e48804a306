"""Keeps the service and the token that the other commands use, and tells whose token it is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from marketplace.cli.api import ServiceApi
from marketplace.cli.asking import asks_service, ca_bundle_option, insecure_option
from marketplace.cli.known_service import (
    KnownService,
    checked_token,
    checked_url,
    forget,
    read_token,
    remember,
)
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.text import Text

OWN_TOKEN = "/tokens/own"  # noqa: S105 - an address


@click.command()
@click.option("--url", metavar="URL", envvar="YOKOTEN_URL", help="サービスのアドレス / address of the service")
@click.option(
    "--token-file",
    metavar="FILE",
    type=click.Path(path_type=Path, allow_dash=True),
    help="APIトークンのファイル、- は標準入力 / file with the API token, - for stdin",
)
@ca_bundle_option
@insecure_option
@spoken
def login(voice: Voice, url: str | None, token_file: Path | None, ca_bundle: Path | None, *, insecure: bool) -> Outcome:
    """サービスとAPIトークンを登録する / keep the service and the API token.

    トークンは、サービスの画面の「APIトークン」で発行します。本人だけが読めるファイルに保存し、表示しません。

    Issue a token on the page “API tokens”. It is kept in a file that only you may read, and never shown.
    """
    address = checked_url(
        url or _ask(voice, Text("サービスのアドレス", "Address of the service")), allows_http=insecure
    )
    secret = (
        read_token(token_file)
        if token_file
        else checked_token(_ask(voice, Text("APIトークン", "API token"), hides=True))
    )
    service = KnownService(address, secret)
    token = ServiceApi(service, voice.language, ca_bundle).get(OWN_TOKEN)
    path = remember(service)
    _show(voice, service.url, token)
    voice.note(Text(f"登録しました：{path}", f"Kept in {path}"))
    voice.document({"url": service.url, "token": token})
    return Outcome.DONE


@click.command()
@spoken
def logout(voice: Voice) -> Outcome:
    """登録したサービスとAPIトークンを消す / forget the service and the API token.

    トークンそのものは、サービスの画面で無効にするまで使えます。

    The token itself stays valid until it is revoked in the service.
    """
    was_there = forget()
    voice.say(Text("消しました。", "Forgotten.") if was_there else Text("登録はありません。", "Nothing was kept."))
    voice.document({"was_there": was_there})
    return Outcome.DONE


@click.command()
@spoken
@asks_service
def whoami(voice: Voice, api: ServiceApi) -> Outcome:
    """だれとして、何ができるかを表示する / show who you are and what you may do."""
    token = api.get(OWN_TOKEN)
    spaces = api.get("/workspaces")["items"] if "workspaces:read" in token["scopes"] else []
    _show(voice, api.service.url, token)
    for space in spaces:
        voice.say(f"  {voice.words(Text('ワークスペース', 'workspace'))} {space['id']}  {space['name']}")
    listed = [{"id": space["id"], "name": space["name"], "kind": space["kind"]} for space in spaces]
    voice.document({"url": api.service.url, **token, "workspaces": listed})
    return Outcome.DONE


def _show(voice: Voice, url: str, token: dict[str, Any]) -> None:
    municipality = token["municipality"]
    voice.say(f"{url}  {municipality['code']} {municipality['name']}  ({token['name']})")
    voice.say(f"  {voice.words(Text('権限', 'permissions'))}: {', '.join(token['scopes'])}")
    voice.say(f"  {voice.words(Text('期限', 'valid until'))}: {token['expires_at'][:10]}")


def _ask(voice: Voice, question: Text, *, hides: bool = False) -> str:
    """Ask on the terminal. Raises CommandError when nobody sits there."""
    if not sys.stdin.isatty():
        title = Text(f"{question.ja}が指定されていません。", f"{question.en} is missing.")
        remedy = Text("--url と --token-file で指定してください。", "Give --url and --token-file.")
        raise CommandError(Outcome.USAGE, title, remedy, code="login-incomplete")
    answer: str = click.prompt(voice.words(question), hide_input=hides, err=True)
    return answer
