"""What keeps a backup from being made, believed or restored."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError, NotFoundError
from marketplace.kernel.text import Text


class BackupNotFoundError(NotFoundError):
    """There is no backup, or none that was finished."""

    code = "backup-not-found"
    title = Text("完全なバックアップが見つかりません：{place}", "There is no complete backup: {place}")
    remedy = Text(
        "場所を確かめてください。途中で止まったバックアップは数えません。",
        "Check the place. A backup that was interrupted does not count.",
    )


class NothingToBackUpError(ConflictError):
    """The settings name a database without any table: probably not the one that was meant."""

    code = "nothing-to-back-up"
    title = Text(
        "データベースが空です。バックアップするものがありません。",
        "The database is empty: there is nothing to back up.",
    )
    remedy = Text(
        "MARKETPLACE_DATA_DIR と MARKETPLACE_DATABASE_URL が、サービスと同じかを確かめてください。",
        "Check that MARKETPLACE_DATA_DIR and MARKETPLACE_DATABASE_URL are those of the service.",
    )


class BackupDamagedError(InvalidError):
    """What was read is not what was written."""

    code = "backup-damaged"
    title = Text("バックアップが壊れています：{what}", "The backup is damaged: {what}")
    remedy = Text(
        "ほかのバックアップを使ってください。ファイル（テンプレートや添付）だけが壊れているときは、restore に"
        " --accept-damage を付けると、それを除いて復元します。",
        "Use another backup. If only files (templates, attachments) are damaged, --accept-damage restores the rest.",
    )


class BackupTooNewError(ConflictError):
    """A later version of the program made it."""

    code = "backup-too-new"
    title = Text(
        "このバックアップは、新しい版のヨコテンで作られました（スキーマ {revision}）。",
        "This backup was made by a newer Yokoten (schema {revision}).",
    )
    remedy = Text("ヨコテンを新しい版にしてから復元してください。", "Update Yokoten, then restore it.")


class BackupPlaceError(ConflictError):
    """The backup can't be written where it was asked for: no space, no right, somebody else at it."""

    code = "backup-place-unusable"
    title = Text("バックアップを書き込めません：{place}（{reason}）", "The backup can't be written: {place} ({reason})")
    remedy = Text(
        "空き容量と書き込みの権限を確かめてから、もう一度実行してください。前のバックアップはそのままです。",
        "Check the free space and the rights, then give the command again. Earlier backups are as they were.",
    )


class KeyMissingError(ConflictError):
    """What the backup holds sealed can't be opened with the keys of this machine."""

    code = "backup-key-missing"
    title = Text(
        "鍵が合いません。このバックアップの秘密 {count} 件（kintoneのパスワード、認証アプリ、未送信のメール）を"
        "開けません。",
        "The key does not fit: {count} secrets of this backup (passwords for kintone, authenticator apps, unsent "
        "mails) can't be opened.",
    )
    remedy = Text(
        "元のサービスの credentials.key を {folder} に置く（または MARKETPLACE_CREDENTIALS_KEYS に設定する）と復元"
        "できます。鍵を失ったときは --without-key を付けると、秘密を除いて使える状態に復元します。",
        "Put the credentials.key of the service it was made of into {folder}, or set MARKETPLACE_CREDENTIALS_KEYS. If "
        "the key is lost, --without-key restores everything; the secrets then have to be entered again.",
    )


class TargetNotEmptyError(ConflictError):
    """Something is there already."""

    code = "restore-target-not-empty"
    title = Text(
        "復元先のデータベースには、すでにデータがあります（{table} など）。",
        "The database to restore into holds data already ({table} and others).",
    )
    remedy = Text(
        "今のデータを捨てて置き換えるときだけ、--replace を付けてください。先に今の状態のバックアップをお勧めします。",
        "Only if what is there may be thrown away, add --replace. Make a backup of it first.",
    )


class ServiceRunningError(ConflictError):
    """The service works on the database that would be replaced."""

    code = "restore-service-running"
    title = Text(
        "復元先のデータベースを、ほかのプログラムが使っています（{count}）。",
        "Other programs use the database to restore into ({count}).",
    )
    remedy = Text(
        "ヨコテンのWebとワーカー、データベースにつないだほかのプログラムを止めてから、もう一度実行してください。",
        "Stop web and worker of Yokoten and whatever else is connected to the database, then give the command again.",
    )


class RestoreUnfinishedError(ConflictError):
    """A restore was interrupted; what is there is neither the old nor the new."""

    code = "restore-unfinished"
    title = Text(
        "このデータベースは、バックアップ {backup} の復元が途中で止まったままです。",
        "The restore of the backup {backup} into this database was interrupted.",
    )
    remedy = Text(
        "同じ yokoten restore をもう一度実行すると、続きから復元します。終わるまでサービスは起動しません。",
        "Give the same `yokoten restore` again to go on. The service does not start before it is finished.",
    )
