"""A catalog whose index is written into a folder, and folders to copy it into."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from marketplace.catalog.index_files.writing import write_index
from marketplace.catalog.queries import get_version
from marketplace.catalog.services import add_version, mark_withdrawn
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.mirror.copying import Copied, Order, copy_index
from marketplace.mirror.folder import MirrorFolder, Wish
from marketplace.mirror.sources import FolderSource, Source
from marketplace.storage.public_files import FolderPublicFiles
from tests.bundle.factories import make_bundle
from tests.catalog_domain.factories import ASAHIKAWA, make_municipality, make_version
from tests.fakes import FixedClock
from tests.own_database import own_database


@dataclass
class Place:
    """A service with a database and a storage of its own."""

    sessions: Sessions
    ports: Ports
    clock: FixedClock
    folder: Path

    @contextmanager
    def working(self) -> Iterator[Context]:
        with unit_of_work(self.sessions) as (session, after_commit):
            yield Context(session, SYSTEM, self.clock, after_commit, self.ports)

    def release(self, slug: str, number: str = "1.0.0", **manifest: Any) -> None:
        with self.working() as ctx:
            make_version(ctx, bundle=make_bundle(slug=slug, version=number, **manifest))

    def release_many(self, count: int) -> None:
        """Release templates assets-0, assets-1 and so on at once, compared with no others."""
        with self.working() as ctx:
            make_municipality(ctx.session)
            for number in range(count):
                add_version(ctx, ASAHIKAWA, make_bundle(slug=f"assets-{number}"))

    def withdraw(self, slug: str, number: str = "1.0.0") -> None:
        with self.working() as ctx:
            mark_withdrawn(ctx, get_version(ctx, ASAHIKAWA, slug, number), "誤りがありました")

    def write(self) -> None:
        write_index(self.sessions, self.ports, self.clock)

    def head(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "head.json").read_bytes())["head"]
        return document

    def template(self, slug: str) -> dict[str, Any]:
        """The file of a template that the head names last among its entries."""
        name = f"{ASAHIKAWA}/{slug}"
        entry = next(each for each in reversed(self.head()["entries"]) if each["template"] == name)
        path = self.folder / "templates" / name / f"{entry['sha256']}.json"
        document: dict[str, Any] = json.loads(path.read_bytes())
        return document


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with own_database(request, tmp_path) as made:
        yield made


@pytest.fixture
def place(engine: Engine, ports: Ports, clock: FixedClock, tmp_path: Path) -> Place:
    folder = tmp_path / "index"
    return Place(Sessions(engine), replace(ports, public_files=FolderPublicFiles(folder)), clock, folder)


@pytest.fixture
def mirror(place: Place, tmp_path: Path) -> MirrorFolder:
    return MirrorFolder(tmp_path / "mirror")


@pytest.fixture
def copy(place: Place, mirror: MirrorFolder) -> Callable[..., Copied]:
    """Copy the index of the place, or what is given, into the mirror."""

    def act(source: Source | None = None, wish: Wish | None = None, **order: Any) -> Copied:
        wanted = Order("source", wish or Wish(), order.pop("believes", None), **order)
        return copy_index(
            source or FolderSource(place.folder), mirror, wanted, place.clock(), lambda _done, _total: None
        )

    return act


def files_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
