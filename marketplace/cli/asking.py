"""Gives commands the service they ask, as options, the environment or `yokoten login` say."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, cast

import click

from marketplace.cli.api import ServiceApi
from marketplace.cli.known_service import chosen_service
from marketplace.cli.outcomes import Outcome
from marketplace.cli.voice import Voice

P = ParamSpec("P")
OpenApi = Callable[[], ServiceApi]
"""Opens the API of the service the user means; raises CommandError if none is known."""
ca_bundle_option = click.option(
    "--ca-bundle",
    metavar="FILE",
    type=click.Path(path_type=Path),
    envvar="YOKOTEN_CA_BUNDLE",
    help="認証局の証明書（PEM） / certificates of authorities to trust",
)
insecure_option = click.option(
    "--insecure", is_flag=True, help="localhost 以外への http を許す / allow http beyond localhost"
)


def may_ask_service(
    command: Callable[Concatenate[Voice, OpenApi, P], Outcome],
) -> Callable[Concatenate[Voice, P], Outcome]:
    """Give a command what opens the API of the service, for when it turns out to need it."""

    @click.option("--url", metavar="URL", help="サービスのアドレス（YOKOTEN_URL） / address of the service")
    @click.option(
        "--token-file",
        metavar="FILE",
        type=click.Path(path_type=Path, allow_dash=True),
        help="APIトークンのファイル、- は標準入力（YOKOTEN_TOKEN） / file with the API token, - for stdin",
    )
    @ca_bundle_option
    @insecure_option
    @functools.wraps(command)
    def run(voice: Voice, /, *args: P.args, **options: P.kwargs) -> Outcome:
        url = cast("str | None", options.pop("url"))
        token_file = cast("Path | None", options.pop("token_file"))
        ca_bundle = cast("Path | None", options.pop("ca_bundle"))
        allows_http = bool(options.pop("insecure"))

        def open_api() -> ServiceApi:
            service = chosen_service(os.environ, url, token_file, allows_http=allows_http)
            return ServiceApi(service, voice.language, ca_bundle)

        return command(voice, open_api, *args, **options)

    return run


def asks_service(
    command: Callable[Concatenate[Voice, ServiceApi, P], Outcome],
) -> Callable[Concatenate[Voice, P], Outcome]:
    """Give a command the API of the service."""

    @may_ask_service
    @functools.wraps(command)
    def run(voice: Voice, open_api: OpenApi, /, *args: P.args, **options: P.kwargs) -> Outcome:
        return command(voice, open_api(), *args, **options)

    return run
