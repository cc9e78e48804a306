"""A row that is written at once is to its session what a flushed one is."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEvent
from marketplace.db.writing import write_row
from marketplace.publishing.models import DraftState
from marketplace.search.models import IndexedEntry
from tests.catalog_domain.factories import make_municipality
from tests.publishing.factories import new_draft


def test_a_written_row_is_the_session_s_and_has_its_defaults(session: Session) -> None:
    draft = new_draft(make_municipality(session).code)
    write_row(session, draft)
    assert len(draft.id) == 16
    assert (draft.unanswered, draft.closed_at, draft.version_id) == (0, None, None)
    assert session.get(type(draft), draft.id) is draft
    assert not session.new
    assert not session.dirty


def test_what_changes_afterwards_is_written(session: Session) -> None:
    draft = new_draft(make_municipality(session).code)
    write_row(session, draft)
    draft.state = DraftState.DISCARDED
    session.flush()
    session.expire(draft)
    assert draft.state is DraftState.DISCARDED


def test_the_database_numbers_rows(session: Session) -> None:
    entries = [
        IndexedEntry(subject_id=each, kind="story", texts={}, facets={}, figures={}, is_removed=False, revision=1)
        for each in ("first", "second")
    ]
    for entry in entries:
        write_row(session, entry)
    assert entries[1].number == entries[0].number + 1
    assert session.get(IndexedEntry, entries[1].number) is entries[1]


def test_what_waits_in_the_session_is_written_first(session: Session) -> None:
    municipality = make_municipality(session)
    draft = new_draft(municipality.code)
    session.add(draft)
    write_row(session, AuditEvent(**_event(draft.slug), at=draft.created_at))
    assert not session.new


def _event(subject: str) -> dict[str, object]:
    texts = dict.fromkeys(("actor_kind", "actor_name", "address", "act", "subject_kind"), "x")
    return {**texts, "subject_id": subject, "facts": {}}
