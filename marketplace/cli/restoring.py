"""Restores a backup into an empty service, or in the place of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from marketplace.app import make_runtime
from marketplace.audit import services as audit
from marketplace.backups.errors import BackupDamagedError, KeyMissingError
from marketplace.backups.manifest import read_manifest
from marketplace.backups.places import Kept
from marketplace.backups.restoring import Restored, Target, require_restorable, restore_backup
from marketplace.backups.verifying import Checked, read_keys, verify_backup
from marketplace.cli.backups import document_of, find_kept, place_at, tell_digests, tell_manifest, told, vault_for
from marketplace.cli.outcomes import Outcome
from marketplace.cli.settings import settings_needed
from marketplace.cli.voice import Voice, spoken
from marketplace.db.engine import make_engine
from marketplace.jobs.machine import LocalMachine
from marketplace.kernel.clock import utc_now
from marketplace.kernel.text import Text
from marketplace.search.rebuilding import rebuild_index
from marketplace.secret import PRIVATE, keep_keys
from marketplace.settings import Settings
from marketplace.storage import open_blob_store

TOLD_EVERY = 1_000


@click.command()
@click.argument("place")
@click.option("--at", "name", help="復元するバックアップの名前（省略時は最新） / which one (default: the latest)")
@click.option("--replace", is_flag=True, help="今のデータを捨てて置き換える / throw away what is there")
@click.option("--without-key", is_flag=True, help="秘密を開けなくても復元する / restore without the secrets")
@click.option("--accept-damage", is_flag=True, help="壊れたファイルを除いて復元する / leave damaged files out")
@spoken
@settings_needed
def restore(
    settings: Settings,
    voice: Voice,
    /,
    place: str,
    *,
    name: str | None,
    **allowed: bool,
) -> Outcome:
    """バックアップから復元する / restore a backup.

    PLACE は yokoten backup に渡した場所です。復元先は、サービスと同じ設定（MARKETPLACE_…）で決まります。

    PLACE is what `yokoten backup` was given. The settings of the service (MARKETPLACE_…) say where to.
    """
    with told(), _target(settings) as target:
        kept = find_kept(place_at(settings, place), place, name)
        manifest = read_manifest(kept.read_manifest())
        keys = read_keys(kept, manifest)
        require_restorable(target, manifest, replace=allowed["replace"])
        checked = verify_backup(kept, vault_for(settings, kept, keys))
        if checked.shut and not allowed["without_key"]:
            raise KeyMissingError(count=checked.shut, folder=settings.data_dir.absolute())
        if checked.damaged and not allowed["accept_damage"]:
            tell_digests(voice, Text("壊れているファイル", "damaged files"), checked.damaged)
            raise BackupDamagedError(what=checked.damaged[0])
        return _restore(settings, voice, target, kept, checked, keys)


def _restore(
    settings: Settings, voice: Voice, target: Target, kept: Kept, checked: Checked, keys: Mapping[str, str]
) -> Outcome:
    manifest = checked.manifest
    tell_manifest(voice, manifest)
    keep_keys(settings, keys)

    def tell(blobs: int) -> None:
        if blobs and blobs % TOLD_EVERY == 0:
            voice.note(Text(f"  {blobs:,}／{manifest.blobs:,}", f"  {blobs:,} of {manifest.blobs:,}"))

    restored = restore_backup(target, kept, manifest, utc_now(), tell)
    target.engine.dispose()
    voice.note(Text("検索の索引を作り直しています。", "Making the search index anew."))
    runtime = make_runtime(settings.to_write())
    rebuild_index(runtime.sessions, lambda _done, _total: None)
    with runtime.unit_of_work() as ctx:
        audit.record(ctx, "service.restored", f"backup:{manifest.name}", rows=restored.rows)
    runtime.engine.dispose()
    return _tell(voice, checked, restored)


def _tell(voice: Voice, checked: Checked, restored: Restored) -> Outcome:
    voice.say(
        Text(
            f"復元しました：{restored.rows:,}行、ファイル{restored.blobs:,}（新しく書いたもの {restored.written:,}）",
            f"Restored: {restored.rows:,} rows, {restored.blobs:,} files ({restored.written:,} of them written now)",
        )
    )
    voice.note(
        Text(
            "全員がログインし直します。未送信のメールは、起動すると送られます。"
            "先に yokoten doctor で確かめてください。",
            "Everybody signs in anew. Unsent mails leave once the service starts. Run `yokoten doctor` first.",
        )
    )
    if restored.stopped:
        voice.warn(
            Text(
                f"外のkintoneへの導入を{restored.stopped}件止めました。アプリを確かめて再開してください。",
                f"{restored.stopped} imports into kintones outside were stopped: look at their apps, then resume them.",
            )
        )
    lost = [*checked.manifest.missing, *checked.damaged]
    voice.document({**document_of(checked.manifest), "lost": lost, "shut": checked.shut, "written": restored.written})
    if lost:
        tell_digests(voice, Text("復元できなかったファイル", "files that could not be restored"), lost)
    return Outcome.FINDINGS if lost or checked.shut else Outcome.DONE


@contextmanager
def _target(settings: Settings) -> Iterator[Target]:
    """Open database and storage; no key is made, as `make_runtime` would."""
    settings.data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    machine = LocalMachine(settings.data_dir, settings.data_dir.resolve() / "workers")
    engine = make_engine(settings.database)
    try:
        yield Target(engine, open_blob_store(settings.storage), machine.count_workers)
    finally:
        engine.dispose()
