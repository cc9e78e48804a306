"""Rewrites the records of an app for settings that go live: prepared in pieces, put in place in one moment."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.sandbox.deploys.models import DeployedApp, Rewrite
from marketplace.sandbox.deploys.record_changes import RecordChanges
from marketplace.sandbox.models import Cell, Record

PIECE = 500
"""Records that are read and rewritten at once."""
QUIETLY = {"synchronize_session": False}


def count_rewrites(session: Session, app_pk: int, changes: RecordChanges) -> int:
    """Return how many records have to be rewritten."""
    if not changes.touches_values:
        return 0
    concerned = select(Cell.record_id).where(changes.concerned(app_pk)).distinct().subquery()
    return session.scalar(select(func.count()).select_from(concerned)) or 0


def prepare_piece(session: Session, deployed: DeployedApp, changes: RecordChanges) -> bool:
    """Store the rewrites of the next records; tell whether there were any."""
    if not changes.touches_values:
        return False
    following = (
        select(Cell.record_id)
        .where(changes.concerned(deployed.app_pk), Cell.record_id > deployed.prepared_to)
        .distinct()
        .order_by(Cell.record_id)
        .limit(PIECE)
    )
    numbers = session.scalars(following).all()
    if not numbers:
        return False
    rows = [
        {
            "deploy_id": deployed.deploy_id,
            "app_pk": deployed.app_pk,
            "record_id": record_id,
            "revision": revision,
            "values": changes.rewrite(values),
        }
        for record_id, revision, values in _read(session, deployed.app_pk, numbers)
    ]
    if rows:
        session.execute(insert(Rewrite), rows)
    deployed.prepared_to = numbers[-1]
    session.flush()  # the next piece starts from here
    return True


def put_in_place(session: Session, app_pk: int, changes: RecordChanges, deploy_id: str | None) -> None:
    """Change the records and their cells; the app's row must be locked.

    Prepared rewrites of records that nobody changed since are taken over in one statement, the others are made now.
    Revisions and times of change stay: nobody edited the records.
    """
    if changes.touches_values:
        _rewrite_records(session, app_pk, changes, deploy_id)
        _rewrite_cells(session, app_pk, changes)
    if changes.states:
        renamed = case(dict(changes.states), value=Record.status, else_=Record.status)
        held = (Record.app_pk == app_pk, Record.status.in_(list(changes.states)))
        session.execute(update(Record).where(*held).values(status=renamed), execution_options=QUIETLY)
    if changes.other_measure:
        measured = (Cell.app_pk == app_pk, Cell.field_id.in_(changes.other_measure))
        session.execute(update(Cell).where(*measured).values(number=None), execution_options=QUIETLY)


def _rewrite_records(session: Session, app_pk: int, changes: RecordChanges, deploy_id: str | None) -> None:
    concerned = select(Cell.record_id).where(changes.concerned(app_pk))
    locked = session.execute(
        select(Record.record_id, Record.revision)
        .where(Record.app_pk == app_pk, Record.record_id.in_(concerned))
        .order_by(Record.record_id)
        .with_for_update()
    )
    current = {record_id: revision for record_id, revision in locked}  # noqa: C416 - rows are no pairs to mypy
    prepared = _take_over(session, app_pk, deploy_id, current) if deploy_id is not None else set()
    left = [record_id for record_id in current if record_id not in prepared]
    for start in range(0, len(left), PIECE):
        rows = [
            {"app_pk": app_pk, "record_id": record_id, "values": changes.rewrite(values)}
            for record_id, _, values in _read(session, app_pk, left[start : start + PIECE])
        ]
        session.execute(update(Record), rows)


def _take_over(session: Session, app_pk: int, deploy_id: str, current: dict[int, int]) -> set[int]:
    """Put the prepared content of unchanged records in place and return their numbers."""
    own = (Rewrite.deploy_id == deploy_id, Rewrite.app_pk == app_pk)
    prepared = session.execute(select(Rewrite.record_id, Rewrite.revision).where(*own))
    usable = {record_id for record_id, revision in prepared if current.get(record_id) == revision}
    this = (*own, Rewrite.record_id == Record.record_id, Rewrite.revision == Record.revision)
    session.execute(
        update(Record)
        .where(Record.app_pk == app_pk, exists().where(*this))
        .values(values=select(Rewrite.values).where(*this).scalar_subquery()),
        execution_options=QUIETLY,
    )
    return usable


def _rewrite_cells(session: Session, app_pk: int, changes: RecordChanges) -> None:
    if changes.gone:
        dropped = (Cell.app_pk == app_pk, Cell.field_id.in_(changes.gone))
        session.execute(delete(Cell).where(*dropped), execution_options=QUIETLY)
    for number, labels in changes.labels.items():
        held = (Cell.app_pk == app_pk, Cell.field_id == number, Cell.text.in_(list(labels)))
        renamed = case(dict(labels), value=Cell.text, else_=Cell.text)
        session.execute(update(Cell).where(*held).values(text=renamed), execution_options=QUIETLY)


def _read(session: Session, app_pk: int, numbers: Sequence[int]) -> list[tuple[int, int, dict[str, object]]]:
    rows = session.execute(
        select(Record.record_id, Record.revision, Record.values).where(
            Record.app_pk == app_pk, Record.record_id.in_(numbers)
        )
    )
    return [(record_id, revision, values) for record_id, revision, values in rows]
