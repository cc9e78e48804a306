"""Reads the service's settings for the commands that need them, and for no other."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import click

from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.db.outages import outage_of
from marketplace.kernel.text import Language
from marketplace.setting_values import SettingsError
from marketplace.settings import Settings
from marketplace.sound_settings import require_sound
from marketplace.telemetry.logs import LogFormat, set_up_logging

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)
AWAY = (
    "{ja}（{why}）設定（MARKETPLACE_DATABASE_URL、MARKETPLACE_STORAGE_URL、AWS の鍵）と、それが動いているかを"
    "確かめて、もう一度実行してください。 / {en} ({why}) Check the settings (MARKETPLACE_DATABASE_URL, "
    "MARKETPLACE_STORAGE_URL, the AWS keys) and whether it runs, then give the command again."
)


class AwayError(click.ClickException):
    """The database or the storage is away."""

    exit_code = Outcome.UNREACHABLE


def settings_needed(command: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Give a command the settings first; what is wrong with them ends it with a message, status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> R:
        try:
            settings = Settings.from_env()
            require_sound(settings)
            set_up_logging(settings.log_form, settings.log_level)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        if settings.log_form is LogFormat.TEXT:
            return _told_of_outages(lambda: command(settings, *args, **options))
        return _told_in_the_log(lambda: _told_of_outages(lambda: command(settings, *args, **options)))

    return run


def _told_of_outages(command: Callable[[], R]) -> R:
    """Run a command; a database or storage that is away in the middle ends it with a message, status 3."""
    try:
        return command()
    except Exception as error:
        outage = outage_of(error)
        if outage is None:
            raise
        ja, en = outage.says(Language.JA), outage.says(Language.EN)
        raise AwayError(AWAY.format(ja=ja, en=en, why=_why(error))) from error


def _why(error: BaseException) -> str:
    """Return what the database or the storage itself said, in one line."""
    cause = getattr(error, "orig", None) or error.__cause__ or error
    return " ".join(str(cause).split())


def _told_in_the_log(command: Callable[[], R]) -> R:
    """Run a command whose stderr a program reads: what ends it is a line like any other."""
    try:
        return command()
    except click.ClickException as refusal:
        log.error(refusal.format_message())  # noqa: TRY400 - said by us, to be read without its stack
        sys.exit(refusal.exit_code)
    except CommandError:
        raise  # The command has a voice of its own, and tells it in the language that was asked for.
    except Exception:
        log.exception("The command failed")
        sys.exit(1)
