"""The folder of a mirror: files as at their source, and what it is a mirror of.

`mirror.json` holds the key, what is wanted, and the head that was copied whole; it is replaced in one move, after every
file that this head names is there and before any file goes that only the head before names.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from marketplace.bundle.canonical import readable_json
from marketplace.kernel.file_locks import lock_file
from marketplace.kernel.signing import PublicKey
from marketplace.mirror.errors import MirrorForeignError, MirrorInUseError
from marketplace.mirror.feed import Entry
from marketplace.mirror.inputs import read_mirror
from marketplace.mirror.names import BUNDLES, FEED, HEAD, PUBLIC, TEMPLATES
from marketplace.mirror.sealing import Sealed, decode, open_head
from marketplace.mirror.sources import FolderSource

MIRROR_FORMAT = "yokoten-mirror/1"
STATE, LOCK = "mirror.json", ".mirror.lock"
DRAFT = ".new-"
"""How the names of files begin that are being written."""
STATE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wish:
    """What is copied; nothing named means everything."""

    templates: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    bundles: bool = True

    def covers(self, entry: Entry) -> bool:
        """Tell whether a template is wanted."""
        if not (self.templates or self.categories):
            return True
        return entry.template in self.templates or entry.category in self.categories


@dataclass(frozen=True, slots=True)
class State:
    """What a folder is a mirror of."""

    source: str
    wish: Wish
    sealed: Sealed

    def as_document(self) -> dict[str, Any]:
        """Return it as it stands in its file."""
        return {
            "format": MIRROR_FORMAT,
            "source": self.source,
            "public_key": self.sealed.key.raw.hex(),
            "templates": list(self.wish.templates),
            "categories": list(self.wish.categories),
            "bundles": self.wish.bundles,
            "head": self.sealed.data.decode("utf-8"),
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """Return it out of what was read by its schema. Raises what `open_head` raises."""
        key = PublicKey(bytes.fromhex(document["public_key"]))
        wish = Wish(tuple(document["templates"]), tuple(document["categories"]), document["bundles"])
        return cls(document["source"], wish, open_head(document["head"].encode("utf-8"), key.__eq__))


class MirrorFolder(FolderSource):
    """One mirror; it is an index to read from as well."""

    def state(self) -> State | None:
        """Return what is copied, None if nothing is. Raises MirrorForeignError or IndexDamagedError."""
        if not (self.folder / STATE).exists():
            if self.folder.exists() and any(each.name not in OWN for each in self.folder.iterdir()):
                raise MirrorForeignError(folder=str(self.folder))
            return None
        return State.from_document(read_mirror(decode(self.read(STATE, STATE_BYTES), STATE), STATE))

    def write(self, path: str, content: bytes) -> None:
        """Write a file in one move."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=DRAFT, dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).chmod(0o644)
            Path(draft).replace(target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise

    def keep(self, state: State) -> None:
        """Make a state the one that counts."""
        self.write(STATE, readable_json(state.as_document()))
        self.write(HEAD, state.sealed.data)

    def prune(self, wanted: Collection[str]) -> int:
        """Delete the files of an index that the state does not name, and nothing else; return how many they were."""
        removed = 0
        for place in (FEED, TEMPLATES, BUNDLES):
            for path in sorted((self.folder / place).rglob("*"), reverse=True):
                if path.is_dir() and not path.is_symlink():
                    if not any(path.iterdir()):
                        path.rmdir()
                elif self._is_left_over(path, wanted):
                    path.unlink()
                    removed += 1
        return removed

    def _is_left_over(self, path: Path, wanted: Collection[str]) -> bool:
        name = path.relative_to(self.folder).as_posix()
        return path.name.startswith(DRAFT) or (PUBLIC.fullmatch(name) is not None and name not in wanted)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from copying into it. Raises MirrorInUseError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOCK).open("a+b") as file:
            try:
                lock_file(file)
            except OSError:
                raise MirrorInUseError(folder=str(self.folder)) from None
            yield


OWN = frozenset({LOCK, STATE, HEAD, FEED, TEMPLATES, BUNDLES})
