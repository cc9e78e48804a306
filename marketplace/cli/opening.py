"""Opens the service for a command, or ends with a message that says what stands in the way."""

from __future__ import annotations

import tempfile

import click
from sqlalchemy.exc import DatabaseError

from marketplace.app import Runtime, make_runtime
from marketplace.backups.errors import RestoreUnfinishedError
from marketplace.db.unfinished import find_unfinished
from marketplace.edge.pacing.meter import PacingStorageError
from marketplace.kernel.text import Language
from marketplace.secret import PRIVATE
from marketplace.setting_values import SettingsError
from marketplace.settings import Settings


def open_runtime(settings: Settings) -> Runtime:
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
    except (SettingsError, PacingStorageError) as error:
        raise click.ClickException(str(error)) from error
    try:
        with runtime.engine.connect() as connection:
            unfinished = find_unfinished(connection)
    except DatabaseError as error:
        message = (
            f"データベースにつながりません（{error.orig}）。MARKETPLACE_DATABASE_URL と、データベースが動いているかを"
            "確かめてください。"
            f" / Can't reach the database ({error.orig}). Check MARKETPLACE_DATABASE_URL and the database itself."
        )
        raise click.ClickException(message) from error
    if unfinished is not None:
        refusal = RestoreUnfinishedError(backup=unfinished)
        said = [f"{refusal.says(language)} {refusal.advises(language)}" for language in Language]
        raise click.ClickException(" / ".join(said))
    return runtime
