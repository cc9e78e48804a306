"""What the commands that call a kintone ask for: its address, an account, the way there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from marketplace.cli.network import AddressError, UserNetwork, read_base
from marketplace.kintone.account import Account
from marketplace.kintone.domain import DomainTransport

R = TypeVar("R")


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
class Way:
    """How this machine reaches others."""

    network: UserNetwork


@dataclass(frozen=True, slots=True)
class Kintone(Way):
    """The kintone to install into, with an account that never leaves this machine but to it."""

    account: Account

    @property
    def address(self) -> str:
        """Where it is."""
        return self.account.address

    def transport(self) -> DomainTransport:
        """Return what carries calls to it."""
        return DomainTransport(self.network, self.account)


def way_options(command: Callable[..., R]) -> Callable[..., R]:
    """Add the options of the way; the command gets a Way."""

    @click.option("--proxy", envvar="YOKOTEN_PROXY", help="プロキシのアドレス / address of a proxy")
    @click.option(
        "--ca",
        envvar="YOKOTEN_CA",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="追加で信頼する認証局の証明書（PEM） / further certificates to trust",
    )
    @functools.wraps(command)
    def run(*args: Any, proxy: str | None, ca: Path | None, **options: Any) -> R:
        return command(*args, way=Way(_network(proxy, ca)), **options)

    return run


def kintone_options(command: Callable[..., R]) -> Callable[..., R]:
    """Add the options that name a kintone and an account; the command gets a Kintone."""

    @click.option(
        "--kintone", "address", type=Address(), required=True, help="kintoneのアドレス / address of the kintone"
    )
    @click.option("--login", envvar="YOKOTEN_KINTONE_LOGIN", prompt="kintone login", help="ログイン名 / login name")
    @click.option(
        "--password",
        envvar="YOKOTEN_KINTONE_PASSWORD",
        prompt="kintone password",
        hide_input=True,
        help="パスワード（環境変数か入力で渡す） / password; better by the environment or the prompt",
    )
    @click.option("--gate-user", envvar="YOKOTEN_GATE_USER", help="Basic認証のユーザー名 / user of the Basic gate")
    @click.option(
        "--gate-password", envvar="YOKOTEN_GATE_PASSWORD", default="", help="Basic認証のパスワード / its password"
    )
    @way_options
    @functools.wraps(command)
    def run(
        *args: Any,
        address: str,
        login: str,
        password: str,
        gate_user: str | None,
        gate_password: str,
        way: Way,
        **options: Any,
    ) -> R:
        account = Account(address, login, password, gate_user or None, gate_password)
        return command(*args, kintone=Kintone(way.network, account), **options)

    return run


def _network(proxy: str | None, authorities: Path | None) -> UserNetwork:
    try:
        return UserNetwork(proxy=proxy, authorities=authorities)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"プロキシか証明書を使えません / unusable proxy or certificates: {error}") from error
