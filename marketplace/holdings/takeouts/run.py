"""The job that makes a takeout, from the beginning, however often it was begun before."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.holdings.takeouts.contents import tables_of
from marketplace.holdings.takeouts.models import UNDER_WAY, Takeout, TakeoutState
from marketplace.holdings.takeouts.readme import write_readme
from marketplace.holdings.takeouts.receipts import receipt_document
from marketplace.holdings.takeouts.records import add_records
from marketplace.holdings.takeouts.services import KEPT_DAYS
from marketplace.holdings.takeouts.tables import IN_MEMORY, Archive, Table, document
from marketplace.installs.models import Import
from marketplace.jobs.ending import carry_out
from marketplace.jobs.lease import JobLease, JobLostError, JobRow
from marketplace.jobs.workers import Workers
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.clock import utc_now
from marketplace.kernel.context import Context
from marketplace.kernel.errors import DomainError
from marketplace.kernel.ports import Ports
from marketplace.municipalities.models import Municipality
from marketplace.publishing.models import Draft, DraftState
from marketplace.storage.keeping import keep_blob
from marketplace.workspaces.models import BUILTIN, Workspace

AT_ONCE = 500
Part = Callable[[Context, Archive], None]


def run_takeout(
    sessions: Sessions,
    ports: Ports,
    takeout_id: str,
    now: Callable[[], datetime] = utc_now,
    workers: Workers | None = None,
) -> None:
    """Make the file, or return quietly when another worker does, or nothing is left to do."""
    lease = JobLease(sessions, JobRow.of(Takeout, takeout_id, UNDER_WAY, TakeoutState.RUNNING), now, workers)
    maker = _Maker(sessions, ports, lease, takeout_id, now)
    carry_out(f"Takeout {takeout_id}", lease, maker.make, maker.fail)


class _Maker:
    """One takeout in the hand of the worker that holds the lease; each part is read in a transaction of its own."""

    def __init__(
        self, sessions: Sessions, ports: Ports, lease: JobLease, takeout_id: str, now: Callable[[], datetime]
    ) -> None:
        self._sessions = sessions
        self._ports = ports
        self._lease = lease
        self._takeout_id = takeout_id
        self._now = now

    def make(self) -> None:
        with unit_of_work(self._sessions, writes=False) as (session, _):
            takeout = session.get_one(Takeout, self._takeout_id)
            municipality = session.get_one(Municipality, takeout.municipality_code)
            parts = list(_parts(self._ports, takeout, municipality, self._now(), self._workspaces(takeout)))
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as target:
            with Archive(target, self._lease.keep) as archive:
                self._write(archive, parts)
            target.seek(0)
            self._complete(target.read(), len(parts))

    def _write(self, archive: Archive, parts: list[Part]) -> None:
        for number, part in enumerate(parts):
            self._note(done=number, total=len(parts))
            with unit_of_work(self._sessions, writes=False) as (session, after_commit):
                part(Context(session, SYSTEM, self._now, after_commit, self._ports), archive)

    def fail(self, error: Exception) -> None:
        code = error.code if isinstance(error, DomainError) else ""
        with suppress(JobLostError), unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            takeout = self._set(session, state=TakeoutState.FAILED, error_code=code, finished_at=self._now(), **_NOBODY)
            ctx = Context(session, SYSTEM, self._now, after_commit, self._ports)
            self._audit(ctx, "takeout.failed", takeout, code=code)

    def _workspaces(self, takeout: Takeout) -> list[str]:
        if not takeout.with_records:
            return []
        with unit_of_work(self._sessions, writes=False) as (session, _):
            own = select(Workspace.id).where(
                Workspace.municipality_code == takeout.municipality_code,
                Workspace.kind == BUILTIN,
                Workspace.closed_at.is_(None),
            )
            return list(session.scalars(own.order_by(Workspace.created_at, Workspace.id)))

    def _note(self, **values: int) -> None:
        with unit_of_work(self._sessions) as (session, _):
            self._lease.hold(session)
            self._set(session, **values)

    def _complete(self, data: bytes, total: int) -> None:
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            takeout = self._set(
                session,
                state=TakeoutState.READY,
                done=total,
                digest=keep_blob(session, self._ports.blobs, data),
                size=len(data),
                finished_at=self._now(),
                expires_at=self._now() + timedelta(days=KEPT_DAYS),
                **_NOBODY,
            )
            ctx = Context(session, SYSTEM, self._now, after_commit, self._ports)
            self._audit(ctx, "takeout.made", takeout, size=takeout.size)

    def _set(self, session: Session, **values: object) -> Takeout:
        session.execute(
            update(Takeout).where(Takeout.id == self._takeout_id).values(**values),
            execution_options={"synchronize_session": False},
        )
        return session.get_one(Takeout, self._takeout_id, populate_existing=True)

    @staticmethod
    def _audit(ctx: Context, act: str, takeout: Takeout, **facts: object) -> None:
        code = takeout.municipality_code
        audit.record(ctx, act, f"takeout:{takeout.id}", municipality_code=code, **facts)


_NOBODY = {"lease_owner": None, "lease_until": None}


def _parts(
    ports: Ports, takeout: Takeout, municipality: Municipality, now: datetime, workspaces: list[str]
) -> Iterator[Part]:
    """Return what the file is made of, one after the other."""
    code, tables = municipality.code, tables_of(municipality.code)
    readme = write_readme(municipality.full_name, now, tables, with_records=takeout.with_records)
    yield lambda _ctx, archive: archive.add("README.txt", [readme])
    for table in tables:
        yield partial(_add_table, table)
    yield partial(_add_receipts, code)
    yield partial(_add_bundles, ports, code)
    for workspace_id in workspaces:
        yield partial(add_records, workspace_id)


def _add_table(table: Table, ctx: Context, archive: Archive) -> None:
    rows = ctx.session.execute(table.rows.execution_options(yield_per=AT_ONCE))
    archive.add_table(table, map(tuple, rows))


def _add_receipts(code: str, ctx: Context, archive: Archive) -> None:
    own = select(Import.id).where(Import.municipality_code == code)
    for import_id in ctx.session.scalars(own.order_by(Import.created_at, Import.id)).all():
        archive.add(f"receipts/{import_id}.json", [document(receipt_document(ctx, import_id))])
        ctx.session.expunge_all()


def _add_bundles(ports: Ports, code: str, ctx: Context, archive: Archive) -> None:
    versions = (
        select(Template.slug, TemplateVersion.number, TemplateVersion.digest)
        .join(Template, Template.id == TemplateVersion.template_id)
        .where(Template.publisher_code == code)
        .order_by(Template.slug, TemplateVersion.precedence)
    )
    for slug, number, digest in ctx.session.execute(versions).all():
        archive.add(f"templates/{slug}/{number}.zip", ports.blobs.open(digest))
    drafts = select(Draft.id, Draft.digest).where(Draft.municipality_code == code, Draft.state == DraftState.OPEN)
    for draft_id, digest in ctx.session.execute(drafts.order_by(Draft.created_at, Draft.id)).all():
        archive.add(f"drafts/{draft_id}.zip", ports.blobs.open(digest))
