"""Brings the files that settings name, by content: icons, JavaScript and CSS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from marketplace.bundle.model import JsonObject, PartName
from marketplace.kernel.text import Text
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import FailureKind, KintoneFailure
from marketplace.kintone.reading.left_behind import FILE_UNREADABLE
from marketplace.kintone.translation import DEVICES

Download = Callable[[str], bytes]
WITH_FILES = (PartName.SETTINGS, PartName.CUSTOMIZE)
UNSAFE = re.compile(r"[^\w.-]+")
LONGEST_NAME = 100


@dataclass
class FileReading:
    """The files of one app by their path in the bundle, and what had to be left."""

    download: Download
    files: dict[str, bytes] = field(default_factory=dict)
    left: list[tuple[PartName, str, Text]] = field(default_factory=list)

    def bring(self, part: PartName, file: JsonObject) -> str | None:
        """Fetch a file and return its path, the same for the same content; None when kintone refuses it for good."""
        name = str(file.get("name") or "file")
        try:
            content = self.download(str(file["fileKey"]))
        except KintoneFailure as failure:
            if failure.kind is not FailureKind.PERMANENT:
                raise
            self.left.append((part, name, FILE_UNREADABLE))
            return None
        path = next(path for path in _paths(name) if self.files.get(path, content) == content)
        self.files[path] = content
        return path


def _paths(name: str) -> Iterator[str]:
    """Yield the paths a file may get in the bundle, the plainest first; names differ by more than their case."""
    plain = PurePosixPath(UNSAFE.sub("-", name).strip("-.") or "file")
    stem, suffix = plain.stem[:LONGEST_NAME], plain.suffix[:LONGEST_NAME]
    yield f"files/{stem}{suffix}".lower()
    number = 2
    while True:
        yield f"files/{stem}-{number}{suffix}".lower()
        number += 1


def bring_files(part: PartName, content: JsonObject, reading: FileReading) -> JsonObject:
    """Return a part with paths in place of file keys."""
    made = dict(content)
    if part is PartName.SETTINGS and (made.get("icon") or {}).get("type") == "FILE":
        icon = _bring(part, made.pop("icon"), reading)
        made |= {"icon": icon} if icon else {}
    if part is PartName.CUSTOMIZE:
        for device in DEVICES:
            lists = made.get(device) or {}
            brought = {kind: [_bring(part, item, reading) for item in items or []] for kind, items in lists.items()}
            made[device] = {kind: [item for item in items if item is not None] for kind, items in brought.items()}
    return made


def _bring(part: PartName, item: JsonObject, reading: FileReading) -> Any:
    if item.get("type") != "FILE":
        return item
    path = reading.bring(part, item["file"])
    return None if path is None else {"type": "FILE", "file": {"path": path}}


def download_with(client: KintoneClient) -> Download:
    """Return what fetches each file once."""
    brought: dict[str, bytes] = {}

    def download(key: str) -> bytes:
        if key not in brought:
            brought[key] = client.download_file(key)
        return brought[key]

    return download
