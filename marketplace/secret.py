"""The keys of the service: those that are set, or ones made once and kept in the data folder."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from marketplace.kernel.ids import new_secret
from marketplace.setting_values import SettingsError, refused
from marketplace.settings import PREFIX, Settings
from marketplace.vault.ed25519 import Ed25519Signer, new_signing_key
from marketplace.vault.fernet import FernetVault, new_key

PRIVATE = 0o700
"""Mode of the data folder: the database in it holds records and hashes of passwords."""


CREDENTIALS, SIGNING, SECRET = "credentials", "signing", "secret"
"""What the keys are for: each is kept in a file of that name."""


def secret_key(settings: Settings) -> str:
    """Return the signing key; several processes that start at once agree on one."""
    if settings.secret_key:
        return settings.secret_key
    return _kept_or_made(settings, SECRET, new_secret)


def open_vault(settings: Settings) -> FernetVault:
    """Return the vault of credentials; a file of keys may hold several, newest first. Raises SettingsError."""
    given = settings.credentials_keys or _kept_or_made(settings, CREDENTIALS, new_key)
    try:
        return FernetVault(_several(given))
    except ValueError:
        raise _no_keys(f"{PREFIX}CREDENTIALS_KEYS" if settings.credentials_keys else "credentials.key") from None


def open_signer(settings: Settings) -> Ed25519Signer:
    """Return what signs packages; a file of keys may hold several, newest first. Raises SettingsError."""
    given = settings.signing_keys or _kept_or_made(settings, SIGNING, new_signing_key)
    try:
        return Ed25519Signer(_several(given))
    except ValueError:
        raise _no_keys(f"{PREFIX}SIGNING_KEYS" if settings.signing_keys else "signing.key") from None


def keys_at_hand(settings: Settings) -> dict[str, str]:
    """Return the keys that are set or kept, by what they are for; none is made."""
    given = {CREDENTIALS: settings.credentials_keys, SIGNING: settings.signing_keys, SECRET: settings.secret_key}
    found = {name: value or _kept(_path(settings, name)) for name, value in given.items()}
    return {name: value for name, value in found.items() if value}


def vault_at_hand(settings: Settings, brought: Mapping[str, str]) -> FernetVault | None:
    """Return the vault there will be once the keys that are brought are kept; None if there are no keys at all."""
    keys = settings.credentials_keys or _joined(settings, CREDENTIALS, brought)
    try:
        return FernetVault(_several(keys)) if keys else None
    except ValueError as error:
        raise _no_keys(f"{PREFIX}CREDENTIALS_KEYS, credentials.key") from error


def keep_keys(settings: Settings, brought: Mapping[str, str]) -> None:
    """Keep the keys that are brought, behind those that are here: what either sealed or signed stays readable.

    Cookies are signed by one key only: if one is here, it stays.
    """
    settings.data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    for name in (CREDENTIALS, SIGNING):
        joined = _joined(settings, name, brought)
        if joined and joined != _kept(_path(settings, name)):
            _replace(_path(settings, name), joined)
    if brought.get(SECRET) and not _kept(_path(settings, SECRET)):
        _replace(_path(settings, SECRET), brought[SECRET])


def _no_keys(place: str) -> SettingsError:
    """Refuse keys without repeating them."""
    return refused(
        place,
        "鍵は、32バイトをURL-safe Base64にしたもので、いくつもあればコンマで区切ります（作り方は docs/settings.md）。",
        "keys must be 32 bytes in URL-safe Base64, separated by commas (docs/settings.md says how to make one).",
    )


def _joined(settings: Settings, name: str, brought: Mapping[str, str]) -> str:
    keys = [*_several(_kept(_path(settings, name))), *_several(brought.get(name, ""))]
    return "\n".join(dict.fromkeys(key for key in keys if key))


def _several(given: str) -> list[str]:
    return re.split(r"[\s,]+", given.strip(" \r\n\t,"))


def _path(settings: Settings, name: str) -> Path:
    return settings.data_dir / f"{name}.key"


def _kept_or_made(settings: Settings, name: str, make: Callable[[], str]) -> str:
    settings.data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    path = _path(settings, name)
    return _kept(path) or _make(path, make())


def _kept(path: Path) -> str:
    """Return the key in the file, or nothing if there is none or it was cut short."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def _make(path: Path, key: str) -> str:
    """Put a whole file in place, unless another process was quicker."""
    made = _write_beside(path, key)
    try:
        try:
            os.link(made, path)
        except FileExistsError:
            if not _kept(path):
                made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    return _kept(path)


def _replace(path: Path, keys: str) -> None:
    _write_beside(path, keys).replace(path)


def _write_beside(path: Path, content: str) -> Path:
    """Write a file that its owner alone reads, to be moved into place."""
    handle, made = tempfile.mkstemp(prefix=".secret-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(made)
