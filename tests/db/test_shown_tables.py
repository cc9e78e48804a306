"""Each table is declared: what strangers may see of it, or nothing."""

from __future__ import annotations

import pytest

from marketplace.db.shown import SHOWN, TOLD_WITH_THEIR_MOMENT, UNSEEN, writes_shown
from marketplace.schema import METADATA


def test_every_table_is_declared_once():
    assert SHOWN.isdisjoint(UNSEEN | TOLD_WITH_THEIR_MOMENT)
    assert set(METADATA.tables) == SHOWN | UNSEEN | TOLD_WITH_THEIR_MOMENT


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO templates (id) VALUES (?)",
        'UPDATE "templates" SET name_ja=?',
        "update stories set title=''",
        "DELETE FROM reviews WHERE id=?",
        "INSERT OR REPLACE INTO templates (id) VALUES (1)",
        "INSERT INTO wanted_votes (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x=1",
        "WITH old AS (SELECT id FROM drafts) DELETE FROM stories WHERE id IN (SELECT id FROM old)",
        "WITH gone AS (DELETE FROM templates RETURNING id) INSERT INTO audit_events SELECT id FROM gone",
        "INSERT INTO a_table_that_nobody_declared (id) VALUES (1)",
    ],
)
def test_a_write_to_what_is_shown_is_seen(statement):
    assert writes_shown(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM templates FOR UPDATE",
        "INSERT INTO audit_events (id) VALUES (?)",
        "UPDATE api_tokens SET last_used_at=? WHERE id IN (SELECT id FROM templates)",
        "INSERT INTO sign_in_failures (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x=1",
        "INSERT INTO search_index(search_index) VALUES ('optimize')",
        "CREATE TABLE templates_new (id TEXT)",
        "PRAGMA foreign_keys = ON",
    ],
)
def test_other_statements_change_nothing_that_is_shown(statement):
    assert not writes_shown(statement)
