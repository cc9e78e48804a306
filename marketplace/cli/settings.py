"""Reads the service's settings for the commands that need them, and for no other."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import click

from marketplace.settings import Settings, SettingsError

P = ParamSpec("P")
R = TypeVar("R")


def settings_needed(command: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Give a command the settings first; what is wrong with them ends it with a message, status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> R:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        logging.getLogger("alembic").setLevel(logging.WARNING)
        try:
            settings = Settings.from_env()
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        return command(settings, *args, **options)

    return run
