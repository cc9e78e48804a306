"""Gathers the commands; each is loaded when it is called, so that authors do not wait for the service's parts."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

COMMANDS: Mapping[str, str] = {
    "serve": "marketplace.cli.service:serve",
    "worker": "marketplace.cli.service:worker",
    "db": "marketplace.cli.service:db",
    "pull": "marketplace.cli.pulling:pull",
    "package": "marketplace.cli.carrying:package",
    "install-package": "marketplace.cli.carrying:install_package",
    "report": "marketplace.cli.carrying:report",
    "workspaces": "marketplace.cli.service:workspaces",
    "catalog": "marketplace.cli.service:catalog",
}
"""The command by its name: module and attribute."""


class LazyCommands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the shape click asks for
        """Return the names in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the shape click asks for
        """Import a command."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """ヨコテン：自治体の業務アプリを分かち合う / share municipal business apps."""
