"""Reads the service's settings for the commands that need them, and for no other."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import click

from marketplace.settings import Settings, SettingsError
from marketplace.telemetry.logs import LogFormat, set_up_logging

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)


def settings_needed(command: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Give a command the settings first; what is wrong with them ends it with a message, status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> R:
        try:
            settings = Settings.from_env()
            set_up_logging(settings.log_form, settings.log_level)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        if settings.log_form is LogFormat.TEXT:
            return command(settings, *args, **options)
        return _told_in_the_log(lambda: command(settings, *args, **options))

    return run


def _told_in_the_log(command: Callable[[], R]) -> R:
    """Run a command whose stderr a program reads: what ends it is a line like any other."""
    try:
        return command()
    except click.ClickException as refusal:
        log.error(refusal.format_message())  # noqa: TRY400 - said by us, to be read without its stack
        sys.exit(refusal.exit_code)
    except Exception:
        log.exception("The command failed")
        sys.exit(1)
