"""An upload, a release or a load of the catalog that is cut off is there in whole or not at all, and can be redone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from marketplace.audit.models import AuditEvent
from marketplace.bundle.writing import write_folder
from marketplace.catalog.filters import TemplateFilter
from marketplace.catalog.first_party import sync_catalog
from marketplace.catalog.listing import list_templates
from marketplace.catalog.models import CatalogSource, Template, TemplateVersion
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.publishing import services
from marketplace.publishing.models import Draft
from marketplace.search.models import IndexedEntry
from tests.bundle.factories import make_bundle
from tests.catalog_domain.factories import OPERATOR, make_actor, make_municipality
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.publishing.factories import make_upload, verify

Work = Callable[[Context], object]
ROWS = (Draft, Template, TemplateVersion, IndexedEntry, CatalogSource, AuditEvent)


class KilledError(BaseException):
    """The process ends here."""


class CutOffError(Exception):
    """The statement never reaches the database; a BaseException would cost the test its connection."""


class FragileBlobStore(MemoryBlobStore):
    """Is killed before or after it stores or reads."""

    moment = ""

    def put(self, data: bytes) -> str:
        self._killed("before")
        digest = super().put(data)
        self._killed("after")
        return digest

    def get(self, digest: str) -> bytes:
        self._killed("before")
        data = super().get(digest)
        self._killed("after")
        return data

    def _killed(self, moment: str) -> None:
        if self.moment == moment:
            raise KilledError


class Desk:
    """Does work in transactions of its own, some of which are cut off."""

    def __init__(self, sessions: Sessions, connection: Connection) -> None:
        self.sessions, self.connection = sessions, connection
        self.blobs = FragileBlobStore()
        self.actor: Actor = make_actor()
        self.statements = 0

    def do(self, work: Work, *, killed_at_end: bool = False) -> Any:
        with unit_of_work(self.sessions) as (session, after_commit):
            ports = Ports(blobs=self.blobs, jobs=RecordingQueue())
            result = work(Context(session, self.actor, FixedClock(), after_commit, ports))
            if killed_at_end:
                session.flush()
                raise KilledError
            return result

    def count(self) -> list[int]:
        """Return how many rows every table holds that the work writes to."""
        with unit_of_work(self.sessions, writes=False) as (session, _after_commit):
            return [session.scalar(select(func.count()).select_from(model)) or 0 for model in ROWS]

    @contextmanager
    def killed_at(self, number: int) -> Iterator[None]:
        """End the process at a statement, counted from zero; whoever makes fewer lives."""
        self.statements = 0

        def count(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
            if "SAVEPOINT" in statement:
                return  # The test's stand-in for BEGIN, COMMIT and ROLLBACK.
            self.statements += 1
            if self.statements > number:
                raise CutOffError

        event.listen(self.connection, "before_cursor_execute", count)
        try:
            yield
        finally:
            event.remove(self.connection, "before_cursor_execute", count)

    def dies(self, work: Work, number: int) -> bool:
        """Tell whether the work was cut off by the end of the process at a statement."""
        try:
            with self.killed_at(number):
                self.do(work)
        except CutOffError:
            return True
        return False

    def assert_found(self) -> None:
        """Check that the search finds the one template by its name, and that the list agrees."""
        with unit_of_work(self.sessions, writes=False) as (session, after_commit):
            ctx = Context(session, self.actor, FixedClock(), after_commit, Ports(self.blobs, RecordingQueue()))
            [template] = session.scalars(select(Template))
            assert list_templates(ctx, TemplateFilter(q=template.name_ja)).total == 1
            assert list_templates(ctx, TemplateFilter()).total == 1
            [version] = session.scalars(select(TemplateVersion))
            assert template.latest_version_id == version.id
            assert self.blobs.get(version.digest)


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    made = Desk(sessions, sessions.connection)  # type: ignore[attr-defined]
    made.do(lambda ctx: verify(ctx, make_municipality(ctx.session)))
    made.do(lambda ctx: make_municipality(ctx.session, OPERATOR))
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(make_bundle(slug="lent-keys"), tmp_path / "lent-keys" / "1.0.0")
    return tmp_path


def upload(ctx: Context) -> str:
    return services.upload_draft(ctx, make_upload()).id


@pytest.fixture(params=["upload", "release", "publish", "sync"])
def work(request: pytest.FixtureRequest, desk: Desk, folder: Path) -> Work:
    """One act that is to be whole or not at all, ready to be done."""
    if request.param == "upload":
        return upload
    if request.param == "publish":
        return lambda ctx: services.publish_bundle(ctx, make_upload())
    if request.param == "release":
        draft_id = desk.do(upload)
        return lambda ctx: services.release_draft(ctx, draft_id)
    desk.actor = SYSTEM
    return lambda ctx: sync_catalog(ctx, folder)


def assert_whole(desk: Desk, before: list[int]) -> None:
    """Check that an act added what it does, each row once; to publish at once is two acts in the log."""
    added = {model: now - earlier for model, earlier, now in zip(ROWS, before, desk.count(), strict=True)}
    noted = added.pop(AuditEvent)
    assert max(added.values()) == 1
    assert noted <= 1 + added[Draft] * added[TemplateVersion]
    if added[TemplateVersion]:
        desk.assert_found()


def assert_done_once(desk: Desk, work: Work, before: list[int]) -> None:
    """Do the work in full, and check that it added what it does, once."""
    desk.do(work)
    assert_whole(desk, before)


def test_an_act_killed_at_any_statement_leaves_nothing_and_can_be_repeated(desk: Desk, work: Work) -> None:
    before = desk.count()
    number = 0
    while desk.dies(work, number):
        assert desk.count() == before, f"statement {number} left something behind"
        number += 1
    assert number > 2
    assert_whole(desk, before)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_act_killed_where_it_stores_or_reads_its_file_leaves_no_row(desk: Desk, work: Work, moment: str) -> None:
    before = desk.count()
    desk.blobs.moment = moment
    with pytest.raises(KilledError):
        desk.do(work)
    desk.blobs.moment = ""
    assert desk.count() == before
    assert_done_once(desk, work, before)


def test_an_act_killed_right_before_its_commit_leaves_no_row(desk: Desk, work: Work) -> None:
    before = desk.count()
    with pytest.raises(KilledError):
        desk.do(work, killed_at_end=True)
    assert desk.count() == before
    assert_done_once(desk, work, before)


def test_an_act_killed_after_its_commit_is_whole(desk: Desk, work: Work) -> None:
    before = desk.count()

    def killed(ctx: Context) -> None:
        work(ctx)
        ctx.after_commit(die)

    with pytest.raises(KilledError):
        desk.do(killed)
    assert_whole(desk, before)


def die() -> None:
    raise KilledError
