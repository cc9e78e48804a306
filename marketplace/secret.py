"""The key that signs sessions: the one set, or one made once and kept in the data folder."""

from __future__ import annotations

import os

from marketplace.kernel.ids import new_secret
from marketplace.settings import Settings

PRIVATE = 0o700
"""Mode of the data folder: the database in it holds records and hashes of passwords."""


def secret_key(settings: Settings) -> str:
    """Return the signing key; several processes that start at once agree on one."""
    if settings.secret_key:
        return settings.secret_key
    settings.data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    path = settings.data_dir / "secret.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = new_secret()
        file.write(key)
    return key
