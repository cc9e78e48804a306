"""Commands of those who run the service: web and worker processes, database, catalog, keys."""

from __future__ import annotations

import sys
import tempfile
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

import click
from sqlalchemy.exc import DatabaseError

from marketplace.app import Runtime, make_runtime
from marketplace.catalog import reindexing
from marketplace.catalog.first_party import CatalogReport, sync_catalog
from marketplace.catalog.suggestible import has_all_municipalities, index_categories, index_municipalities
from marketplace.cli.settings import settings_needed
from marketplace.db.migrating import upgrade
from marketplace.demo import Demo, prepare_demo
from marketplace.municipalities.services import load_master
from marketplace.sandbox.quotas.services import apply_standard_limits
from marketplace.search import services as search
from marketplace.secret import PRIVATE, secret_key
from marketplace.serving import Child, Keeper, PortUnusableError, listen, stop_on_signals
from marketplace.settings import Settings, SettingsError
from marketplace.web_server import run_web_server
from marketplace.workspaces.domains.rekeying import rekey

READY_SECONDS = 60
REPORTED_EVERY = 1_000
NOT_STARTED = "起動できませんでした。上の行に理由があります。 / Could not start; the lines above say why."


@click.command()
@click.option("--demo", is_flag=True, help="みほん市のデータを用意する / prepare the demonstration municipality")
@settings_needed
def serve(settings: Settings, *, demo: bool) -> None:
    """データベースを整え、Webとジョブを起動する / migrate, load the catalog, run web and worker."""
    try:
        listener = listen(settings)
    except PortUnusableError as error:
        raise click.ClickException(str(error)) from error
    shown = _prepare(settings, demo=demo)
    web = Child("web", lambda: run_web_server(settings, listener))
    keeper = Keeper([Child("worker", lambda: make_runtime(settings).run_worker()), web], sockets=[listener])
    stop_on_signals(keeper)
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
def worker(settings: Settings) -> None:
    """ジョブを実行する / run jobs."""
    _open(settings).run_worker()


@click.group()
def db() -> None:
    """データベース / database."""


@db.command("upgrade")
@settings_needed
def db_upgrade(settings: Settings) -> None:
    """データベースを最新にする / apply the missing migrations."""
    _upgrade(_open(settings))


@click.group()
def workspaces() -> None:
    """ワークスペース / workspaces."""


@workspaces.command("rekey")
@settings_needed
def workspaces_rekey(settings: Settings) -> None:
    """保存したパスワードを最新の鍵で暗号化し直す / seal the stored passwords anew with the newest key."""
    with _open(settings).unit_of_work() as ctx:
        done = rekey(ctx)
    click.echo(f"暗号化し直しました：{done.renewed}件 / sealed anew: {done.renewed}")
    for workspace_id in done.unreadable:
        click.echo(f"どの鍵でも読めません / none of the keys opens: {workspace_id}", err=True)
    if done.unreadable:
        sys.exit(1)


@click.group()
def catalog() -> None:
    """公式テンプレート / first-party templates."""


@catalog.command("reindex")
@settings_needed
def catalog_reindex(settings: Settings) -> None:
    """検索の索引を作り直す / make the search index anew."""
    runtime = _open(settings)
    with runtime.unit_of_work() as ctx:
        reindexing.reindex_templates(ctx, _tell_indexed)
        index_categories(ctx)
        index_municipalities(ctx)
    with runtime.unit_of_work() as ctx:
        search.rebuild_index(ctx, _tell_indexed)


@catalog.command("load")
@settings_needed
def catalog_load(settings: Settings) -> None:
    """団体の一覧と公式テンプレートを読み込む / load the municipalities and the first-party templates."""
    report = load(_open(settings))
    if report.refused:
        sys.exit(1)


def load(runtime: Runtime) -> CatalogReport:
    """Load the master list and the catalog; what is broken is named and left out."""
    with runtime.unit_of_work() as ctx:
        changed = load_master(ctx.session)
        report = sync_catalog(ctx, runtime.settings.catalog_dir)
        index_categories(ctx)
        if changed or not has_all_municipalities(ctx):
            index_municipalities(ctx)
    click.echo(f"公式テンプレート：追加 {len(report.added)}、変更なし {report.unchanged} / first-party templates")
    for refused in report.refused:
        click.echo(f"読み込めません / refused: {refused}", err=True)
    return report


def _prepare(settings: Settings, *, demo: bool) -> Demo | None:
    """Bring everything up to date before the children start; none of its connections is left for them."""
    runtime = _open(settings)
    secret_key(settings)
    _upgrade(runtime)
    load(runtime)
    shown = prepare_demo(runtime) if demo else None
    runtime.engine.dispose()
    return shown


def _upgrade(runtime: Runtime) -> None:
    """Apply the missing migrations, and give the workspaces that are there the limits now set."""
    upgrade(runtime.engine)
    with runtime.unit_of_work() as ctx:
        apply_standard_limits(ctx.session, runtime.settings.limits)
        if not reindexing.is_complete(ctx):
            reindexing.reindex_templates(ctx, _tell_indexed)
        if not search.is_current(ctx):
            search.rebuild_index(ctx, _tell_indexed)


def _tell_indexed(done: int, total: int) -> None:
    if done % REPORTED_EVERY == 0 or done == total:
        click.echo(f"検索の索引を作り直しています：{done:,}／{total:,} / indexing for search: {done:,} of {total:,}")


def _open(settings: Settings) -> Runtime:
    """Return the runtime, or end with a message that says what stands in the way."""
    try:
        settings.data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir) as probe:
            probe.write(b"x")
    except OSError as error:
        folder, reason = settings.data_dir.absolute(), error.strerror
        message = (
            f"データフォルダー {folder} に書き込めません（{reason}）。書き込みの権限と空き容量を確かめるか、"
            f"MARKETPLACE_DATA_DIR で別のフォルダーを指定してください。 / Can't write to the data folder {folder} "
            f"({reason}). Check its rights and the free space, or choose another one by MARKETPLACE_DATA_DIR."
        )
        raise click.ClickException(message) from error
    try:
        runtime = make_runtime(settings)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    try:
        with runtime.engine.connect():
            return runtime
    except DatabaseError as error:
        message = (
            f"データベースにつながりません（{error.orig}）。MARKETPLACE_DATABASE_URL と、データベースが動いているかを"
            "確かめてください。"
            f" / Can't reach the database ({error.orig}). Check MARKETPLACE_DATABASE_URL and the database itself."
        )
        raise click.ClickException(message) from error


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
    if demo:
        lines += demo.instructions()
    return "\n".join([*lines, "Ctrl-C で止まります。 / Ctrl-C stops it.", ""])
