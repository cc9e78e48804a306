"""Looks at all settings together before anything starts, so that what is wrong is told once and in full."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from marketplace.mailing import open_mailer
from marketplace.setting_values import SettingsError, refused
from marketplace.settings import PREFIX, Settings
from marketplace.storage.errors import StorageUrlError
from marketplace.storage.opening import open_blob_store, open_public_files

SHORTEST_SECRET = 32
DATABASES = ("sqlite", "postgresql")


def require_sound(settings: Settings) -> None:
    """Refuse settings that can be read and can't be used. Raises SettingsError, naming each of them."""
    problems = []
    for check in CHECKS:
        try:
            check(settings)
        except SettingsError as error:
            problems.append(str(error))
        except ValueError:
            if not problems:  # Otherwise it rests on what is refused already, as the sender of mails on the address.
                raise
    if problems:
        raise SettingsError("\n".join(dict.fromkeys(problems)))


def _database(settings: Settings) -> None:
    try:
        name = make_url(settings.database).get_backend_name()
    except (ArgumentError, ValueError):
        name = ""
    if name not in DATABASES:
        # The address holds a password and is not repeated.
        ja = "データベースのアドレスは、postgresql://利用者@ホスト/名前 か sqlite:////フォルダー/ファイル です。"
        en = "the address of the database is postgresql://user@host/name or sqlite:////folder/file."
        raise refused(f"{PREFIX}DATABASE_URL", ja, en)


def _storage(settings: Settings) -> None:
    try:
        open_blob_store(settings.storage)
        open_public_files(settings.storage)
    except (StorageUrlError, ValueError) as error:
        ja = f"file:///フォルダー か s3://バケット/接頭辞?endpoint=https://…&region=… です（{error}）。"
        en = f"use file:///folder or s3://bucket/prefix?endpoint=https://…&region=… ({error})."
        raise refused(f"{PREFIX}STORAGE_URL", ja, en) from error


def _address(settings: Settings) -> None:
    try:
        parts = urlsplit(settings.public_url)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or parts.query or parts.fragment:
        given = settings.base_url
        ja = f"{given!r} は使えません。https://yokoten.example.lg.jp のように、https:// から書きます。"
        en = f"{given!r} can't be used; write it whole, as https://yokoten.example.lg.jp."
        raise refused(f"{PREFIX}BASE_URL", ja, en)


def _secret(settings: Settings) -> None:
    if settings.secret_key and len(settings.secret_key) < SHORTEST_SECRET:
        ja = f"短すぎます。推測されないよう、{SHORTEST_SECRET}文字以上にします（作り方は docs/settings.md）。"
        en = f"too short to withstand guessing; use {SHORTEST_SECRET} characters or more (docs/settings.md)."
        raise refused(f"{PREFIX}SECRET_KEY", ja, en)


CHECKS: tuple[Callable[[Settings], object], ...] = (
    _database,
    _storage,
    _address,
    _secret,
    lambda settings: settings.log_form,
    open_mailer,
    lambda settings: settings.proxies,
    lambda settings: settings.pacing,
    lambda settings: settings.publishing_pace,
)
