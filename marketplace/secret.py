"""The key that signs sessions: the one set, or one made once and kept in the data folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

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
    return _kept(path) or _make(path)


def _kept(path: Path) -> str:
    """Return the key in the file, or nothing if there is none or it was cut short."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def _make(path: Path) -> str:
    """Put a whole file in place, unless another process was quicker."""
    handle, made = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(new_secret())
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
