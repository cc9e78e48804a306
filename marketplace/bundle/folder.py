"""Reads the files of a bundle's folder without following links and without reading more than the limits allow."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from marketplace.bundle import limits
from marketplace.bundle.archive_findings import ArchiveError, Reason
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.model import Finding
from marketplace.bundle.paths import check_path, normal_path, path_finding, refuse_names
from marketplace.kernel.text import Text


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by path relative to it. Raises BundleRefusedError."""
    try:
        found = _list_files(folder)
        refuse_names(list(found))
        return _read_all(folder, found)
    except ArchiveError as error:
        raise BundleRefusedError([error.finding]) from error
    except OSError as error:
        raise BundleRefusedError([_unreadable(error)]) from error


def _unreadable(error: OSError) -> Finding:
    return path_finding(
        "folder-unreadable",
        Path(str(error.filename or "")).name,
        Text("フォルダーまたはファイルを開けません。", "The folder or a file in it can't be opened."),
        Text("フォルダーの場所と読み取り権限を確かめてください。", "Check where the folder is and who may read it."),
    )


def _list_files(folder: Path) -> dict[str, str]:
    """Return the path on disk of each file, by its path in the bundle."""
    found: dict[str, str] = {}
    pending = [""]
    while pending:
        below = pending.pop()
        with os.scandir(folder / below) as children:
            for child in children:
                name = below + child.name
                finding = check_path(name)
                if finding:
                    raise BundleRefusedError([finding])
                mode = child.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    pending.append(name + "/")
                elif not stat.S_ISREG(mode):
                    raise ArchiveError(Reason.LINK, name)
                elif (path := normal_path(name)) in found:
                    raise ArchiveError(Reason.AMBIGUOUS, name)
                else:
                    found[path] = name
                if len(found) + len(pending) > limits.ENTRIES:
                    raise ArchiveError(Reason.TOO_MANY)
    return found


def _read_all(folder: Path, found: dict[str, str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = limits.UNPACKED_BYTES
    for path, name in sorted(found.items()):
        limit = limits.limit_of(path)
        # Without following links: what the listing saw may have been swapped since.
        with os.fdopen(os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
            files[path] = opened.read(min(limit, left) + 1)
        if len(files[path]) > limit:
            raise ArchiveError(Reason.ENTRY_TOO_LARGE, path)
        left -= len(files[path])
        if left < 0:
            raise ArchiveError(Reason.UNPACKS_TOO_LARGE)
    return files
