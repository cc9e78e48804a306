"""Makes backups of the service and looks whether they are sound."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from marketplace import __version__
from marketplace.app import Runtime
from marketplace.audit import services as audit
from marketplace.backups.errors import BackupDamagedError, BackupNotFoundError
from marketplace.backups.making import Made, Source, forget_old, make_backup
from marketplace.backups.manifest import Manifest, read_manifest
from marketplace.backups.places import Kept, Place, open_place
from marketplace.backups.verifying import read_keys, verify_backup
from marketplace.cli.noting import note_command
from marketplace.cli.opening import open_runtime
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.settings import settings_needed
from marketplace.cli.voice import Voice, spoken
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.operating.models import WatchedCommand
from marketplace.secret import PRIVATE, keys_at_hand, vault_at_hand
from marketplace.setting_values import SettingsError
from marketplace.settings import Settings
from marketplace.storage.errors import StorageUnavailableError, StorageUrlError

MOST_NAMED = 10
WITHOUT_KEYS = Text(
    "鍵は入っていません。credentials.key（または MARKETPLACE_CREDENTIALS_KEYS）を、別の安全な場所に必ず保管して"
    "ください。ないと、秘密（kintoneのパスワードなど、いまは{count}件）を開けません。",
    "The keys are not in it. Keep credentials.key (or MARKETPLACE_CREDENTIALS_KEYS) in another safe place: without "
    "it, secrets such as passwords for kintone ({count} at present) can't be opened.",
)
WITH_KEYS = Text(
    "鍵も入っています。このバックアップを読める人は、すべての秘密を読めます。",
    "The keys are in it: whoever reads this backup reads every secret.",
)
NO_DATABASE = Text("データベースを読み書きできません。", "The database can't be read or written.")
CHECK_DATABASE = Text(
    "MARKETPLACE_DATABASE_URL、データベースが動いているか、空き容量を確かめて、もう一度実行してください。",
    "Check MARKETPLACE_DATABASE_URL, the database itself and the free space, then give the command again.",
)
CHECK_RIGHTS = Text("権限と空き容量を確かめてください。", "Check the rights and the free space.")


@click.command()
@click.argument("place")
@click.option("--verify", is_flag=True, help="作らずに、あるバックアップを読んで確かめる / read a backup and check it")
@click.option("--at", "name", help="確かめるバックアップの名前（省略時は最新） / which one (default: the latest)")
@click.option("--with-keys", is_flag=True, help="鍵も入れる（省略時は入れない） / put the keys into it (default: not)")
@click.option(
    "--keep", type=click.IntRange(1), help="新しいものからこの数だけ残し、古いものを消す / keep so many of the latest"
)
@spoken
@settings_needed
def backup(
    settings: Settings, voice: Voice, /, place: str, *, name: str | None, verify: bool, **wishes: Any
) -> Outcome:
    """動いているサービスをまるごとバックアップする / back up the whole service while it runs.

    PLACE は、フォルダー（何回分も入り、変わらないファイルは写さない）、.tar で終わるファイル、または s3://バケット/接頭辞。

    PLACE is a folder (holds many, copies no file twice), a file that ends in .tar, or s3://bucket/prefix.
    """
    with told():
        where = place_at(settings, place)
        if verify:
            return _verify(settings, voice, where, place, name)
        return _make(open_runtime(settings.to_write()), voice, where, **wishes)


def _make(runtime: Runtime, voice: Voice, place: Place, *, with_keys: bool, keep: int | None) -> Outcome:
    source = Source(runtime.sessions, runtime.ports.blobs, runtime.ports.vault, runtime.now, __version__)
    made = make_backup(source, place, keys_at_hand(runtime.settings) if with_keys else None)
    forgotten, _blobs = forget_old(place, keep) if keep else ([], 0)
    with runtime.unit_of_work() as ctx:
        audit.record(ctx, "service.backed-up", f"backup:{made.manifest.name}", rows=made.manifest.rows)
    note_command(runtime.sessions, WatchedCommand.BACKUP, runtime.now, len(made.manifest.missing))
    runtime.engine.dispose()
    _tell_made(voice, made)
    for old in forgotten:
        voice.say(Text(f"古いバックアップを消しました：{old}", f"Deleted an old backup: {old}"))
    voice.document({**document_of(made.manifest), "where": made.where, "copied": made.copied, "forgotten": forgotten})
    return _outcome(voice, made.manifest)


def _verify(settings: Settings, voice: Voice, place: Place, address: str, name: str | None) -> Outcome:
    kept = find_kept(place, address, name)
    checked = verify_backup(kept, vault_for(settings, kept))
    tell_manifest(voice, checked.manifest)
    voice.document({**document_of(checked.manifest), "damaged": checked.damaged, "shut": checked.shut})
    if checked.shut:
        voice.warn(
            Text(
                f"この機械の鍵では、秘密{checked.shut}件を開けません。",
                f"The keys of this machine do not open {checked.shut} secrets.",
            )
        )
    if checked.damaged:
        tell_digests(voice, Text("壊れているファイル", "damaged files"), checked.damaged)
        return Outcome.FINDINGS
    voice.say(Text("最後まで読み、書いたときのままであることを確かめました。", "Read to the end: it is sound."))
    return _outcome(voice, checked.manifest)


def place_at(settings: Settings, address: str) -> Place:
    """Return where backups are. Raises CommandError."""
    settings.data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    try:
        return open_place(address, settings.data_dir)
    except StorageUrlError as error:
        raise CommandError(
            Outcome.USAGE,
            str(error),
            Text("s3://バケット/場所?endpoint=… の形で書いてください。", "Write s3://bucket/prefix?endpoint=…"),
        ) from error


def find_kept(place: Place, address: str, name: str | None) -> Kept:
    """Return the backup of a name, or the latest. Raises BackupNotFoundError."""
    names = place.names()
    chosen = name or (names[-1] if names else "")
    if chosen not in names:
        raise BackupNotFoundError(place=f"{address} {name or ''}".strip())
    return place.open(chosen)


def vault_for(settings: Settings, kept: Kept, keys: Mapping[str, str] | None = None) -> Any:
    """Return what opens secrets with the keys of this machine and those that the backup brings."""
    if keys is None:
        keys = _keys_of(kept)
    try:
        return vault_at_hand(settings, keys)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _keys_of(kept: Kept) -> Mapping[str, str]:
    return read_keys(kept, read_manifest(kept.read_manifest()))


@contextmanager
def told() -> Iterator[None]:
    """Tell refusals in the way of commands."""
    logging.getLogger("marketplace.storage").setLevel(logging.CRITICAL)  # the refusal says it
    try:
        yield
    except DomainError as error:
        outcome = Outcome.UNREACHABLE if isinstance(error, StorageUnavailableError) else Outcome.REFUSED
        if isinstance(error, BackupDamagedError):
            outcome = Outcome.FINDINGS
        title = Text(error.says(Language.JA), error.says(Language.EN))
        remedy = Text(error.advises(Language.JA), error.advises(Language.EN))
        raise CommandError(outcome, title, remedy, code=error.code) from error
    except DatabaseError as error:
        raise CommandError(Outcome.UNREACHABLE, NO_DATABASE, CHECK_DATABASE, details=[str(error.orig)]) from error
    except OSError as error:
        title = Text(f"読み書きできません：{error.filename}", f"Can't read or write {error.filename}")
        raise CommandError(Outcome.REFUSED, title, CHECK_RIGHTS, details=[str(error.strerror)]) from error


def _tell_made(voice: Voice, made: Made) -> None:
    tell_manifest(voice, made.manifest)
    size = f"{made.copied_bytes / 1_000_000:,.1f} MB"
    voice.say(
        Text(
            f"  うち新しく写したファイル：{made.copied:,}（{size}）",
            f"  of these copied now: {made.copied:,} ({size})",
        )
    )
    voice.say(
        Text(
            f"読み返して確かめました。バックアップができました：{made.where}",
            f"Read back and found sound. The backup is made: {made.where}",
        )
    )
    pair = WITH_KEYS if made.manifest.has_keys else WITHOUT_KEYS
    voice.note(Text(pair.ja.format(count=made.manifest.sealed), pair.en.format(count=made.manifest.sealed)))


def tell_manifest(voice: Voice, manifest: Manifest) -> None:
    """Tell what a backup holds."""
    made_at, version, revision = manifest.made_at, manifest.version, manifest.revision
    rows, tables, blobs = manifest.rows, len(manifest.tables), manifest.blobs
    voice.say(
        Text(
            f"バックアップ {manifest.name}（{made_at}、ヨコテン {version}、スキーマ {revision}）",
            f"Backup {manifest.name} ({made_at}, Yokoten {version}, schema {revision})",
        )
    )
    voice.say(Text(f"  データベース：{tables}表、{rows:,}行", f"  database: {tables} tables, {rows:,} rows"))
    voice.say(Text(f"  ファイル：{blobs:,}", f"  files: {blobs:,}"))


def tell_digests(voice: Voice, what: Text, digests: list[str]) -> None:
    """Name files that are not as they should be, and not too many."""
    voice.warn(Text(f"{what.ja}：{len(digests)}", f"{what.en}: {len(digests)}"))
    for digest in digests[:MOST_NAMED]:
        voice.warn(f"  {digest}")


def _outcome(voice: Voice, manifest: Manifest) -> Outcome:
    if not manifest.missing:
        return Outcome.DONE
    what = Text("バックアップの時点で、すでに失われていたファイル", "files that were lost already when it was made")
    tell_digests(voice, what, manifest.missing)
    voice.warn(
        Text("yokoten doctor で、どのテンプレートのものかが分かります。", "`yokoten doctor` tells whose they are.")
    )
    return Outcome.FINDINGS


def document_of(manifest: Manifest) -> dict[str, Any]:
    """Return what a backup holds as JSON tells it."""
    return {
        "name": manifest.name,
        "made_at": manifest.made_at,
        "version": manifest.version,
        "revision": manifest.revision,
        "database": manifest.database,
        "tables": dict(manifest.tables),
        "rows": manifest.rows,
        "blobs": manifest.blobs,
        "missing": manifest.missing,
        "secrets": manifest.sealed,
        "has_keys": manifest.has_keys,
    }
