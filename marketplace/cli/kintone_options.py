"""What the commands that call a kintone ask for: its address, an account, the way there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, cast

import click

from marketplace.cli.network import AddressError, UserNetwork, read_base
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.voice import Voice
from marketplace.kernel.text import Text
from marketplace.kintone.account import Account
from marketplace.kintone.domain import DomainTransport

P = ParamSpec("P")
UNUSABLE = Text("プロキシか証明書を使えません。", "The proxy or the certificates can't be used.")
UNUSABLE_REMEDY = Text(
    "プロキシのアドレスと、PEM形式の証明書のファイルを確かめてください。",
    "Check the address of the proxy, and that the certificates are a PEM file.",
)


class Address(click.ParamType[str]):
    """An address that may be called."""

    name = "URL"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it without its final slash."""
        try:
            return read_base(value)
        except AddressError as error:
            self.fail(f"{error.reason.ja} / {error.reason.en}", param, ctx)


@dataclass(frozen=True, slots=True)
class Kintone:
    """The kintone to install into, with an account that never leaves this machine but to it."""

    network: UserNetwork
    account: Account

    @property
    def address(self) -> str:
        """Where it is."""
        return self.account.address

    def transport(self) -> DomainTransport:
        """Return what carries calls to it."""
        return DomainTransport(self.network, self.account)


def calls_kintone(
    command: Callable[Concatenate[Voice, Kintone, P], Outcome],
) -> Callable[Concatenate[Voice, P], Outcome]:
    """Give a command the kintone that its options name."""

    @click.option("--kintone", "address", type=Address(), required=True, help="kintoneのアドレス / its address")
    @click.option(
        "--login",
        envvar="YOKOTEN_KINTONE_LOGIN",
        prompt="kintone login",
        help="ログイン名（YOKOTEN_KINTONE_LOGIN） / login name",
    )
    @click.option(
        "--password",
        envvar="YOKOTEN_KINTONE_PASSWORD",
        prompt="kintone password",
        hide_input=True,
        help="パスワード（YOKOTEN_KINTONE_PASSWORD か、入力する） / password; better by the variable, or typed",
    )
    @click.option("--gate-user", envvar="YOKOTEN_GATE_USER", help="Basic認証のユーザー名 / user of the Basic gate")
    @click.option(
        "--gate-password", envvar="YOKOTEN_GATE_PASSWORD", default="", help="Basic認証のパスワード / its password"
    )
    @click.option("--kintone-proxy", envvar="YOKOTEN_KINTONE_PROXY", help="kintoneへのプロキシ / proxy to it")
    @click.option(
        "--kintone-ca-bundle",
        envvar="YOKOTEN_KINTONE_CA_BUNDLE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="追加で信頼する認証局の証明書（PEM） / further certificates to trust",
    )
    @functools.wraps(command)
    def run(voice: Voice, /, *args: P.args, **options: P.kwargs) -> Outcome:
        return command(voice, _kintone(cast("dict[str, Any]", options)), *args, **options)

    return run


def _kintone(options: dict[str, Any]) -> Kintone:
    """Take what names the kintone out of the options. Raises CommandError."""
    account = Account(
        options.pop("address"),
        options.pop("login"),
        options.pop("password"),
        options.pop("gate_user") or None,
        options.pop("gate_password"),
    )
    try:
        network = UserNetwork(proxy=options.pop("kintone_proxy"), authorities=options.pop("kintone_ca_bundle"))
    except (OSError, ValueError) as error:
        raise CommandError(Outcome.USAGE, UNUSABLE, UNUSABLE_REMEDY, code="way-unusable") from error
    return Kintone(network, account)
