"""Commands that run the service: all of it on one machine, or web and worker each by itself on several."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

import click

from marketplace import __version__
from marketplace.app import make_runtime
from marketplace.cli.service import prepare, require_usable
from marketplace.cli.settings import settings_needed
from marketplace.demo.preparing import Demo
from marketplace.serving.keeper import (
    Child,
    Keeper,
    PortUnusableError,
    grace_seconds,
    listen,
    listen_for_admin,
    stop_on_signals,
)
from marketplace.serving.web_server import run_web_server
from marketplace.settings import Settings
from marketplace.telemetry.folder import MetricsFolder
from marketplace.telemetry.opening import open_measures
from marketplace.telemetry.traces import TracingNotInstalledError, open_traces, require_tracing

READY_SECONDS = 60
NOT_STARTED = "起動できませんでした。上の行に理由があります。 / Could not start; the lines above say why."
NOT_UPGRADED = (
    "データベースが、この版のものではありません。先に yokoten db upgrade を実行するか、新しい版にしてください。"
    " / The database is not one that this version works on. Run `yokoten db upgrade` first, or update Yokoten."
)
NO_TRACING = (
    "トレースの送り先（MARKETPLACE_TRACING_ENDPOINT か OTEL_EXPORTER_OTLP_ENDPOINT）がありますが、必要なもの（{name}）"
    "が入っていません。追加の依存（yokoten[tracing]）を入れるか、送り先を消してください。 / Traces have somewhere to "
    "go, but {name} is not installed. Install the extra `tracing`, or take the endpoint away."
)


@click.command()
@click.option("--demo", is_flag=True, help="みほん市のデータを用意する / prepare the demonstration municipality")
@settings_needed
def serve(settings: Settings, *, demo: bool) -> None:
    """データベースを整え、Webとジョブを起動する / migrate, load the catalog, run web and worker."""
    if shows_outbox(settings, demo=demo):
        settings = replace(settings, outbox_page=True)
    listener, admin = _take_ports(settings, public=True)
    shown = prepare(settings, demo=demo)
    keeper = _keeper(settings, listener, admin, works=True)
    try:
        keeper.start()
        _wait_until_ready(settings, keeper)
        if not keeper.stopping:
            click.echo(_welcome(settings, shown))
        keeper.watch()
    finally:
        keeper.stop()
    click.echo("停止しました。 / Stopped.")


@click.command()
@settings_needed
def web(settings: Settings) -> None:
    """Webだけを起動する / answer requests only."""
    listener, admin = _take_ports(settings, public=True)
    require_usable(settings, NOT_UPGRADED)
    _run(_keeper(settings, listener, admin, works=False))


@click.command()
@settings_needed
def worker(settings: Settings) -> None:
    """ジョブを実行する / run jobs."""
    _listener, admin = _take_ports(settings, public=False)
    require_usable(settings, NOT_UPGRADED)
    _run(_keeper(settings, None, admin, works=True))


def shows_outbox(settings: Settings, *, demo: bool) -> bool:
    """Tell whether everybody at this service may read its mails: in demonstrations that nobody else can reach."""
    return settings.outbox_page or (demo and settings.is_local)


def _run(keeper: Keeper) -> None:
    try:
        keeper.start()
        keeper.watch()
    finally:
        keeper.stop()


def _take_ports(settings: Settings, *, public: bool) -> tuple[socket.socket | None, socket.socket | None]:
    """Listen where the settings say, or end with a message, as where something else that they ask for is not there."""
    try:
        if settings.tracing_endpoint:
            require_tracing()
        return listen(settings) if public else None, listen_for_admin(settings)
    except PortUnusableError as error:
        raise click.ClickException(str(error)) from error
    except TracingNotInstalledError as error:
        raise click.ClickException(NO_TRACING.format(name=error)) from error


def _keeper(settings: Settings, listener: socket.socket | None, admin: socket.socket | None, *, works: bool) -> Keeper:
    """Return the keeper of what this machine is to run."""
    metrics = MetricsFolder(settings.data_dir.resolve() / "metrics") if admin else None
    children = []
    held = [each for each in (listener, admin) if each is not None]
    if works:
        children.append(Child("worker", lambda: _work(settings, metrics), tuple(held)))
    if listener is not None:
        others = tuple(each for each in held if each is not listener)
        children.append(Child("web", lambda: run_web_server(settings, listener, metrics), others))
    if admin is not None and metrics is not None:
        others = tuple(each for each in held if each is not admin)
        children.append(Child("admin", lambda: _show_figures(settings, admin, metrics), others))
    keeper = Keeper(children, grace_seconds=grace_seconds(settings), sockets=held)
    stop_on_signals(keeper)
    return keeper


def _work(settings: Settings, metrics: MetricsFolder | None) -> None:
    traces = open_traces(settings.tracing_endpoint, "worker", __version__)
    make_runtime(settings, open_measures(metrics, "worker"), traces).run_worker()


def _show_figures(settings: Settings, admin: socket.socket, metrics: MetricsFolder) -> None:
    from marketplace.serving.admin_server import run_admin_server  # noqa: PLC0415 - of this process alone (telemetry.counting)

    run_admin_server(settings, admin, metrics)


def _wait_until_ready(settings: Settings, keeper: Keeper) -> None:
    """Return when the web server answers, or the user has had enough."""
    deadline = time.monotonic() + READY_SECONDS
    while not keeper.stopping:
        if any(child.has_ended() for child in keeper.children) or time.monotonic() > deadline:
            raise click.ClickException(NOT_STARTED)
        if _answers(settings):
            return
        time.sleep(0.05)


def _answers(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - what clients can call
    connection = HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _welcome(settings: Settings, demo: Demo | None) -> str:
    lines = ["", f"ヨコテンが動いています / Yokoten is running: {settings.public_url}", ""]
    if settings.read_only:
        lines += ["読み取り専用です（MARKETPLACE_READ_ONLY）。 / Read-only: nothing can be changed.", ""]
    if demo:
        lines += demo.instructions()
    return "\n".join([*lines, "Ctrl-C で止まります。 / Ctrl-C stops it.", ""])
