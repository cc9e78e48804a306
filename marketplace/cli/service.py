"""Commands of those who run the service: database, catalog, keys."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from marketplace.accounts.factors.rekeying import rekey_authenticators
from marketplace.app import Runtime
from marketplace.catalog import reindexing, similar
from marketplace.catalog.first_party import CatalogReport, sync_catalog
from marketplace.catalog.index_files.noting import note_all
from marketplace.catalog.index_files.writing import write_all_anew
from marketplace.catalog.suggestible import has_all_municipalities, index_categories, index_municipalities
from marketplace.cli.mirror_loading import load_mirror
from marketplace.cli.opening import open_runtime
from marketplace.cli.settings import settings_needed
from marketplace.community.stories_entries import index_stories
from marketplace.community.wanted.searchable import index_all_wanted
from marketplace.db.migrating import SchemaTooNewError, is_usable, upgrade
from marketplace.db.turns import LOADING, take_turn
from marketplace.demo.preparing import Demo, prepare_demo
from marketplace.kernel.context import Context
from marketplace.municipalities.services import load_master
from marketplace.sandbox.quotas.services import apply_standard_limits
from marketplace.search import services as search
from marketplace.search.rebuilding import rebuild_index
from marketplace.secret import secret_key
from marketplace.settings import Settings
from marketplace.workspaces.domains.rekeying import rekey

REPORTED_EVERY = 1_000
NOT_CURRENT = (
    "データベースが最新ではなく、読み取り専用（MARKETPLACE_READ_ONLY）のため更新もしません。先に yokoten db upgrade を"
    "実行してください。 / The database is not up to date, and nothing is changed while MARKETPLACE_READ_ONLY is on. "
    "Run `yokoten db upgrade` first."
)
TOO_NEW = (
    "データベース（スキーマ {revision}）は、新しい版のヨコテンのもので、この版では使えません。新しい版にしてください。"
    " / The database (schema {revision}) is that of a newer Yokoten, which this one can't work with. Update Yokoten."
)


@click.group()
def db() -> None:
    """データベース / database."""


@db.command("upgrade")
@settings_needed
def db_upgrade(settings: Settings) -> None:
    """データベースを最新にする / apply the missing migrations."""
    _upgrade(open_runtime(settings.to_write()))


@click.group()
def workspaces() -> None:
    """ワークスペース / workspaces."""


@workspaces.command("rekey")
@settings_needed
def workspaces_rekey(settings: Settings) -> None:
    """保存したパスワードを最新の鍵で暗号化し直す / seal the stored passwords anew with the newest key."""
    with open_runtime(settings.to_write()).unit_of_work() as ctx:
        done = rekey(ctx)
        apps_renewed, apps_unreadable = rekey_authenticators(ctx)
    renewed = done.renewed + apps_renewed
    click.echo(f"暗号化し直しました：{renewed}件 / sealed anew: {renewed}")
    if apps_unreadable:
        click.echo(
            f"どの鍵でも読めない認証アプリ：{apps_unreadable}件 / authenticators that none of the keys opens", err=True
        )
    for workspace_id in done.unreadable:
        click.echo(f"どの鍵でも読めません / none of the keys opens: {workspace_id}", err=True)
    if done.unreadable or apps_unreadable:
        sys.exit(1)


@click.group()
def catalog() -> None:
    """公式テンプレート / first-party templates."""


@catalog.command("reindex")
@settings_needed
def catalog_reindex(settings: Settings) -> None:
    """検索の索引を作り直す（途中で止めても続きから） / make the search index anew; it goes on where it was stopped."""
    runtime = open_runtime(settings.to_write())
    _reindex_templates(runtime)
    with runtime.unit_of_work() as ctx:
        index_categories(ctx)
        index_municipalities(ctx)
        index_all_wanted(ctx)
        index_stories(ctx)
    rebuild_index(runtime.sessions, _tell_indexed)
    with runtime.unit_of_work() as ctx:
        similar.ask_all_anew(ctx)
    click.echo(
        "似ているテンプレートはワーカーが順に比べ直します / the worker compares similar templates anew by and by"
    )


@catalog.command("load")
@click.option(
    "--mirror",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="別のサービスのミラーから読み込む / load what a mirror of another service holds",
)
@click.option("--key", "keys", multiple=True, metavar="FILE|FINGERPRINT", help="ミラーの鍵 / keys to believe")
@settings_needed
def catalog_load(settings: Settings, mirror: Path | None, keys: tuple[str, ...]) -> None:
    """団体の一覧と公式テンプレート、またはミラーを読み込む / load first-party templates, or a mirror."""
    runtime = open_runtime(settings.to_write())
    if mirror is not None:
        with runtime.unit_of_work() as ctx:
            _load_municipalities(ctx)
        sys.exit(load_mirror(runtime, mirror, keys))
    if load(runtime).refused:
        sys.exit(1)


@catalog.command("index")
@settings_needed
def catalog_index(settings: Settings) -> None:
    """カタログの索引のファイルをすべて書き直す / write all files of the index anew."""
    runtime = open_runtime(settings.to_write())
    with runtime.unit_of_work() as ctx:
        note_all(ctx)
    write_all_anew(runtime.sessions, runtime.ports, runtime.now)
    runtime.engine.dispose()


def load(runtime: Runtime) -> CatalogReport:
    """Load the master list and the catalog; what is broken is named and left out."""
    with runtime.unit_of_work() as ctx:
        _load_municipalities(ctx)
        report = sync_catalog(ctx, runtime.settings.catalog_dir)
        index_categories(ctx)
    click.echo(f"公式テンプレート：追加 {len(report.added)}、変更なし {report.unchanged} / first-party templates")
    for refused in report.refused:
        click.echo(f"読み込めません / refused: {refused}", err=True)
    return report


def _load_municipalities(ctx: Context) -> None:
    """Bring the master list up to date, without which nothing can be published by anybody."""
    take_turn(ctx.session, LOADING)
    if load_master(ctx.session) or not has_all_municipalities(ctx):
        index_municipalities(ctx)


def prepare(settings: Settings, *, demo: bool) -> Demo | None:
    """Bring everything up to date before the children start; none of its connections is left for them."""
    if settings.read_only:
        require_usable(settings, NOT_CURRENT)
        return None
    runtime = open_runtime(settings)
    secret_key(settings)
    _upgrade(runtime)
    load(runtime)
    shown = prepare_demo(runtime) if demo else None
    runtime.engine.dispose()
    return shown


def require_usable(settings: Settings, message: str) -> None:
    """End with a message where the database is not one that this program works on, and will not be made so."""
    runtime = open_runtime(settings)
    secret_key(settings)
    with runtime.engine.connect() as connection:
        is_ready = is_usable(connection)
    runtime.engine.dispose()
    if not is_ready:
        raise click.ClickException(message)


def _upgrade(runtime: Runtime) -> None:
    """Apply the missing migrations, and give the workspaces that are there the limits now set."""
    try:
        upgrade(runtime.engine)
    except SchemaTooNewError as error:
        raise click.ClickException(TOO_NEW.format(revision=error)) from error
    with runtime.unit_of_work() as ctx:
        apply_standard_limits(ctx.session, runtime.settings.limits)
        is_complete, is_search_current = reindexing.is_complete(ctx), search.is_current(ctx)
    if not is_complete:
        _reindex_templates(runtime)
        with runtime.unit_of_work() as ctx:
            index_stories(ctx)
    if not is_search_current:
        rebuild_index(runtime.sessions, _tell_indexed)


def _reindex_templates(runtime: Runtime) -> None:
    reindexing.reindex_templates(runtime.sessions, runtime.ports, runtime.now, _tell_indexed)


def _tell_indexed(done: int, total: int) -> None:
    if done % REPORTED_EVERY == 0 or done == total:
        click.echo(f"検索の索引を作り直しています：{done:,}／{total:,} / indexing for search: {done:,} of {total:,}")
