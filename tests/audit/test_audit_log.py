from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, select

from marketplace.audit.models import AuditEvent
from marketplace.audit.queries import find_issuer, list_events
from marketplace.audit.services import record
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.errors import ForbiddenError
from marketplace.kernel.pages import CursorInvalidError, write_cursor
from tests.municipalities.factories import MIHON, actor_for


def test_an_event_tells_who_what_where_when_and_for_whom(session, context_of, clock):
    record(context_of(actor_for("installer", MIHON, "person1")), "workspace.created", "workspace:w1", name="本番")
    session.flush()
    event = session.scalars(select(AuditEvent)).one()
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("person", "person1", "見本 花子")
    assert (event.municipality_code, event.address, event.at) == (MIHON, "192.0.2.10", clock())
    assert (event.act, event.subject_kind, event.subject_id) == ("workspace.created", "workspace", "w1")
    assert event.facts == {"name": "本番"}


def test_facts_of_any_kind_can_be_kept(session, ctx):
    record(ctx, "x.done", "x:1", on=date(2026, 4, 1), scopes=frozenset({"b", "a"}), nested={"n": (1, None)})
    session.flush()
    assert session.scalars(select(AuditEvent)).one().facts == {
        "on": "2026-04-01",
        "scopes": ["a", "b"],
        "nested": {"n": [1, None]},
    }


def test_what_the_system_does_is_shown_to_the_municipality_it_concerns(context_of):
    record(context_of(SYSTEM), "import.finished", "import:i1", municipality_code=MIHON)
    page = list_events(context_of(actor_for("admin", MIHON)))
    assert [(event.act, event.actor_kind) for event in page.items] == [("import.finished", "system")]


def test_nobody_can_write_into_the_log_of_another_municipality(session, context_of):
    record(context_of(actor_for("admin", "993000")), "x.done", "x:1", municipality_code=MIHON)
    assert list_events(context_of(actor_for("admin", MIHON))).items == []


def test_an_administrator_reads_the_own_log_newest_first_page_by_page(context_of, clock):
    ctx = context_of(actor_for("admin", MIHON))
    for number in range(5):
        record(ctx, "x.done", f"x:{number}")
        clock.advance(seconds=number % 2)  # Some happen at the same moment.
    seen, cursor = [], None
    for _page in range(3):
        page = list_events(ctx, cursor, limit=2)
        seen += [event.subject_id for event in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert (seen[0], set(seen[1:3]), set(seen[3:])) == ("4", {"2", "3"}, {"0", "1"})
    assert len(seen) == 5


def test_a_page_of_exactly_the_last_events_has_no_next_one(context_of):
    ctx = context_of(actor_for("admin", MIHON))
    record(ctx, "x.done", "x:1")
    assert list_events(ctx, limit=1).next_cursor is None


@pytest.mark.parametrize("role", ["publisher", "installer", "reader"])
def test_only_administrators_read_the_log(context_of, role):
    with pytest.raises(ForbiddenError):
        list_events(context_of(actor_for(role, MIHON)))


@pytest.mark.parametrize("cursor", ["", "x", write_cursor(("yesterday", "a")), write_cursor(("2026-01-01", "a"))])
def test_a_cursor_of_another_list_is_refused(context_of, cursor):
    with pytest.raises(CursorInvalidError):
        list_events(context_of(actor_for("admin", MIHON)), cursor)


def test_who_issued_a_token_is_found(session, context_of):
    record(context_of(actor_for("admin", MIHON, "person1")), "token.issued", "token:t1")
    record(context_of(actor_for("admin", MIHON, "person2")), "token.revoked", "token:t1")
    session.flush()
    assert find_issuer(session, "t1", municipality_code=MIHON) == "person1"
    assert find_issuer(session, "t2", municipality_code=MIHON) is None
    assert find_issuer(session, "t1", municipality_code="992020") is None


def test_who_issued_a_token_is_found_without_going_through_the_log(session):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL goes through a log that is short")
    asked = []
    event.listen(session.connection(), "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    find_issuer(session, "t1", municipality_code=MIHON)
    statement, given = asked[0]
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).one()
    assert "USING INDEX ix_audit_events_issues (subject_id=?)" in plan.detail
