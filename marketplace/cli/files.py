"""Writes files for the user, never over something that is there unless asked to."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.kernel.text import Text

PRIVATE = 0o600


def require_empty(folder: Path) -> None:
    """Refuse a folder that holds anything already. Raises CommandError."""
    try:
        is_free = not folder.exists() or not any(folder.iterdir())
    except OSError as error:
        raise _unwritable(folder, error) from error
    if not is_free:
        raise CommandError(
            Outcome.CONFLICT,
            Text(f"フォルダー「{folder}」は空ではありません。", f"The folder “{folder}” is not empty."),
            Text("新しいフォルダーを指定してください。", "Name a new folder."),
            code="folder-not-empty",
        )


def write_file(path: Path, data: bytes, *, replaces: bool) -> None:
    """Write a file in one move. Raises CommandError."""
    if path.exists() and not replaces:
        raise CommandError(
            Outcome.CONFLICT,
            Text(f"ファイル「{path}」がすでにあります。", f"The file “{path}” is there already."),
            Text("別の名前を指定するか、--force で置き換えてください。", "Use another name, or --force to replace it."),
            code="file-exists",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data, 0o666 & ~_umask())
    except OSError as error:
        raise _unwritable(path, error) from error


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, in one move. Raises CommandError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(path, data, PRIVATE)
    except OSError as error:
        raise _unwritable(path, error) from error


def _replace(path: Path, data: bytes, mode: int) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(path: Path, error: OSError) -> CommandError:
    return CommandError(
        Outcome.USAGE,
        Text(f"「{path}」に書き込めません（{error.strerror}）。", f"“{path}” can't be written ({error.strerror})."),
        Text("場所と書き込みの権限を確かめてください。", "Check the place and your rights there."),
    )
