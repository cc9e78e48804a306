"""What the commands that call the service ask for: its address and a token."""

from __future__ import annotations

import click

from marketplace.cli.kintone_options import Address

service_option = click.option(
    "--service",
    "base",
    type=Address(),
    envvar="YOKOTEN_SERVICE",
    required=True,
    help="サービスの場所 / the service",
)
token_option = click.option(
    "--token",
    envvar="YOKOTEN_TOKEN",
    prompt="API token",
    hide_input=True,
    help="APIトークン（installs:write） / API token",
)
