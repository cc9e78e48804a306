"""The keys of the service: those that are set, or ones made once and kept in the data folder."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from marketplace.kernel.ids import new_secret
from marketplace.settings import PREFIX, Settings, SettingsError
from marketplace.vault.ed25519 import Ed25519Signer, new_signing_key
from marketplace.vault.fernet import FernetVault, new_key

PRIVATE = 0o700
"""Mode of the data folder: the database in it holds records and hashes of passwords."""


def secret_key(settings: Settings) -> str:
    """Return the signing key; several processes that start at once agree on one."""
    if settings.secret_key:
        return settings.secret_key
    return _kept_or_made(settings, "secret.key", new_secret)


def open_vault(settings: Settings) -> FernetVault:
    """Return the vault of credentials; a file of keys may hold several, newest first. Raises SettingsError."""
    given = settings.credentials_keys or _kept_or_made(settings, "credentials.key", new_key)
    try:
        return FernetVault(re.split(r"[\s,]+", given.strip(" \r\n\t,")))
    except ValueError:
        place = f"{PREFIX}CREDENTIALS_KEYS" if settings.credentials_keys else "credentials.key in the data folder"
        message = f"{place}: keys must be 32 bytes in URL-safe Base64, separated by commas"
        raise SettingsError(message) from None


def open_signer(settings: Settings) -> Ed25519Signer:
    """Return what signs packages; a file of keys may hold several, newest first. Raises SettingsError."""
    given = settings.signing_keys or _kept_or_made(settings, "signing.key", new_signing_key)
    try:
        return Ed25519Signer(re.split(r"[\s,]+", given.strip(" \r\n\t,")))
    except ValueError:
        place = f"{PREFIX}SIGNING_KEYS" if settings.signing_keys else "signing.key in the data folder"
        message = f"{place}: keys must be 32 bytes in URL-safe Base64, separated by commas"
        raise SettingsError(message) from None


def _kept_or_made(settings: Settings, name: str, make: Callable[[], str]) -> str:
    settings.data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    path = settings.data_dir / name
    return _kept(path) or _make(path, make())


def _kept(path: Path) -> str:
    """Return the key in the file, or nothing if there is none or it was cut short."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def _make(path: Path, key: str) -> str:
    """Put a whole file in place, unless another process was quicker."""
    handle, made = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(made, path)
        except FileExistsError:
            if not _kept(path):
                Path(made).replace(path)
    finally:
        Path(made).unlink(missing_ok=True)
    return _kept(path)
