"""The `yokoten` command: serve, web and worker processes, database, catalog, demonstration data."""

from __future__ import annotations

import logging
import sys
import time
import urllib.error
import urllib.request
from http import HTTPStatus

import click

from marketplace.app import Runtime, make_runtime
from marketplace.catalog.first_party import CatalogReport, sync_catalog
from marketplace.db.migrating import upgrade
from marketplace.demo import Demo, prepare_demo
from marketplace.municipalities.services import load_master
from marketplace.serving import Keeper, make_keeper, stop_on_signals
from marketplace.settings import Settings, SettingsError

READY_SECONDS = 60


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(command: click.Context) -> None:
    """ヨコテン：自治体の業務アプリを分かち合う / share municipal business apps."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        command.obj = Settings.from_env()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--demo", is_flag=True, help="みほん市のデータを用意する / prepare the demonstration municipality")
@click.pass_obj
def serve(settings: Settings, *, demo: bool) -> None:
    """データベースを整え、Webとジョブを起動する / migrate, load the catalog, run web and worker."""
    runtime = make_runtime(settings)
    upgrade(runtime.engine)
    load(runtime)
    shown = prepare_demo(runtime) if demo else None
    runtime.engine.dispose()
    keeper = make_keeper(settings)
    stop_on_signals(keeper)
    keeper.start()
    try:
        _wait_until_ready(settings, keeper)
        click.echo(_welcome(settings, shown))
        keeper.watch()
    finally:
        keeper.stop()
    click.echo("停止しました。 / Stopped.")


@main.command()
@click.pass_obj
def worker(settings: Settings) -> None:
    """ジョブを実行する / run jobs."""
    make_runtime(settings).run_worker()


@main.group()
def db() -> None:
    """データベース / database."""


@db.command("upgrade")
@click.pass_obj
def db_upgrade(settings: Settings) -> None:
    """データベースを最新にする / apply the missing migrations."""
    upgrade(make_runtime(settings).engine)


@main.group()
def catalog() -> None:
    """公式テンプレート / first-party templates."""


@catalog.command("load")
@click.pass_obj
def catalog_load(settings: Settings) -> None:
    """団体の一覧と公式テンプレートを読み込む / load the municipalities and the first-party templates."""
    report = load(make_runtime(settings))
    if report.refused:
        sys.exit(1)


def load(runtime: Runtime) -> CatalogReport:
    """Load the master list and the catalog; what is broken is named and left out."""
    with runtime.unit_of_work() as ctx:
        load_master(ctx.session)
        report = sync_catalog(ctx, runtime.settings.catalog_dir)
    click.echo(f"公式テンプレート：追加 {len(report.added)}、変更なし {report.unchanged} / first-party templates")
    for refused in report.refused:
        click.echo(f"読み込めません / refused: {refused}", err=True)
    return report


def _wait_until_ready(settings: Settings, keeper: Keeper) -> None:
    address = f"http://localhost:{settings.port}/healthz"
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not keeper.stopping:
        if any(child.has_ended() for child in keeper.children):
            message = (
                f"起動できませんでした。ポート {settings.port} が使われていないか確かめてください。 / Could not start."
            )
            raise click.ClickException(message)
        if _answers(address):
            return
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False


def _welcome(settings: Settings, demo: Demo | None) -> str:
    lines = ["", f"ヨコテンが動いています / Yokoten is running: {settings.public_url}", ""]
    if demo:
        lines += demo.instructions()
    return "\n".join([*lines, "Ctrl-C で止まります。 / Ctrl-C stops it.", ""])


if __name__ == "__main__":
    main()
