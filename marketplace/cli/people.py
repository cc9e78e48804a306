"""What the operator does for people who can't help themselves."""

from __future__ import annotations

import click
from marshmallow import ValidationError

from marketplace.accounts.factors.services import remove_every_factor
from marketplace.app import Runtime, make_runtime
from marketplace.cli.settings import settings_needed
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.operating.staff import add_operator
from marketplace.setting_values import SettingsError
from marketplace.settings import Settings


@click.group()
def people() -> None:
    """利用者のアカウント / accounts of people."""


@people.command("remove-factors")
@click.argument("email")
@settings_needed
def remove_factors(settings: Settings, email: str) -> None:
    """二段階認証を外す（端末も回復コードもなくした人のため） / remove second factors, for who lost device and codes."""
    runtime = _open(settings)
    with runtime.unit_of_work() as ctx:
        removed = remove_every_factor(ctx, email)
    if removed is None:
        message = "この人は登録されていません。 / Nobody is registered with this address."
        raise click.ClickException(message)
    click.echo(f"外しました：{removed}件 / removed: {removed}")


@people.command("add-operator")
@click.argument("email")
@click.argument("name")
@settings_needed
def add_operator_(settings: Settings, email: str, name: str) -> None:
    """運営者の管理者を加える（新しいアカウントなら、パスワードを一度だけ表示） / let a person run the service."""
    runtime = _open(settings)
    try:
        with runtime.unit_of_work() as ctx:
            password = add_operator(ctx, email, name)
    except (DomainError, ValidationError) as error:
        raise click.ClickException(_said(error)) from error
    click.echo(f"{email}：/operator を開けます。 / may open /operator.")
    if password is not None:
        click.echo(f"パスワード / password: {password}")


def _open(settings: Settings) -> Runtime:
    try:
        return make_runtime(settings.to_write())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _said(error: DomainError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        lists = error.messages_dict.values()
        found = [sentence for sentences in lists for sentence in sentences if isinstance(sentence, Text)]
        return "\n".join(f"{sentence.ja} / {sentence.en}" for sentence in found)
    said = [f"{error.says(language)} {error.advises(language)}" for language in Language]
    return " / ".join(said)
