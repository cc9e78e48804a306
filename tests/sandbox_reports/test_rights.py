"""Searches, streams and reports tell nothing of what the caller may not see."""

from __future__ import annotations

import pytest

from marketplace.sandbox.errors import NoPrivilegeError
from marketplace.sandbox.form import live_form
from marketplace.sandbox.models import Part
from marketplace.sandbox.query.errors import QueryFieldNotFoundError
from marketplace.sandbox.records.reading import list_records, stream_records
from marketplace.sandbox.records.writing import add_records
from marketplace.sandbox.reports.aggregating import Reader, aggregate
from marketplace.sandbox.reports.reading import Aggregation
from tests.sandbox_records.factories import NOW, row, values
from tests.sandbox_reports.factories import leaves, make_report
from tests.sandbox_rights.factories import (
    EVERYONE,
    OWNER,
    allows,
    field_right,
    grants,
    make_requests,
    person,
    record_right,
    set_rights,
)

SATO = person("sato")
OWN_ONLY = (allows("FIELD_ENTITY", "担当", "READ"), allows(*EVERYONE, "NONE"))


@pytest.fixture
def app(session):
    """Two requests with amounts: one of 佐藤, one of 鈴木."""
    made = make_requests(session)
    bodies = [
        values(件名="机の購入", 額=100, 担当=[{"code": "sato"}], 明細=[row(品名="天板", 単価=5)]),
        values(件名="椅子の購入", 額=200, 担当=[{"code": "suzuki"}], 明細=[row(品名="座面", 単価=3)]),
    ]
    add_records(session, OWNER, made, bodies, NOW)
    return made


def found(session, app, words):
    listed = list_records(session, SATO, app, search=words, query="order by $id asc", now=NOW).records
    streamed = list(stream_records(session, SATO, app, search=words, query="order by $id asc", now=NOW))
    assert listed == streamed
    return [int(record["$id"]["value"]) for record in listed]


def figures(session, app, *groups, who=SATO, **changes):
    reader = Reader(session, who, app, live_form(session, app), 4, NOW)
    return leaves(aggregate(reader, make_report(*groups, **changes)))


def test_a_search_does_not_look_into_hidden_fields(session, app):
    set_rights(session, app, Part.FIELD_ACL, field_right("件名", allows(*EVERYONE, "NONE")))
    assert (found(session, app, "購入"), found(session, app, "天板")) == ([], [1])


def test_a_search_looks_into_a_field_only_where_it_is_shown(session, app):
    set_rights(session, app, Part.FIELD_ACL, field_right("件名", *OWN_ONLY))
    assert found(session, app, "購入") == [1]


def test_a_search_finds_only_records_one_may_see(session, app):
    right = record_right('担当 in ("sato")', grants("USER", "sato", "viewable"))
    others = record_right("", grants("USER", "suzuki", "viewable"))
    set_rights(session, app, Part.RECORD_ACL, right, others)
    assert found(session, app, "購入") == [1]
    assert figures(session, app) == {(): (1,)}


def test_a_report_on_a_hidden_field_is_refused(session, app):
    set_rights(session, app, Part.FIELD_ACL, field_right("額", allows(*EVERYONE, "NONE")))
    for report in ({"aggregations": (Aggregation("SUM", "額"),)}, {"condition": "額 > 150"}):
        with pytest.raises(QueryFieldNotFoundError):
            figures(session, app, **report)
    with pytest.raises(QueryFieldNotFoundError):
        figures(session, app, "額")


def test_a_report_counts_a_field_as_empty_where_it_is_hidden(session, app):
    set_rights(session, app, Part.FIELD_ACL, field_right("額", *OWN_ONLY))
    total = {"aggregations": (Aggregation("SUM", "額"), Aggregation("COUNT"))}
    assert figures(session, app, **total) == {(): (100, 2)}
    assert figures(session, app, **total, who=OWNER) == {(): (300, 2)}
    assert figures(session, app, "額") == {(None,): (1,), ("100",): (1,)}


def test_a_hidden_creator_is_an_empty_group(session, app):
    set_rights(session, app, Part.FIELD_ACL, field_right("作成者", *OWN_ONLY))
    assert figures(session, app, "作成者") == {(None,): (1,), ("Administrator",): (1,)}


def test_an_app_one_may_not_see_has_no_reports(session, app):
    nobody = {"entity": {"type": "GROUP", "code": "everyone"}, "includeSubs": False, "appEditable": False}
    kinds = ("recordViewable", "recordAddable", "recordEditable", "recordDeletable", "recordImportable")
    set_rights(session, app, Part.APP_ACL, {**nobody, **dict.fromkeys(kinds, False), "recordExportable": False})
    with pytest.raises(NoPrivilegeError):
        figures(session, app)
