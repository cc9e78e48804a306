"""Which calls of the API webhooks hear of."""

from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import unit_of_work
from marketplace.sandbox.apps import find_app
from tests.kintone_api.conftest import SITE
from tests.kintone_api.test_records import ACTIONS, STATES, bulk
from tests.sandbox_webhooks.factories import make_webhook, messages


@pytest.fixture
def app(kintone, sessions):
    number = kintone.make_app()
    kintone.add_fields(number, 名前={"type": "SINGLE_LINE_TEXT"})
    kintone.put("preview/app/status", app=number, enable=True, states=STATES, actions=ACTIONS)
    kintone.deploy(number)
    with unit_of_work(sessions) as (session, _):
        make_webhook(session, find_app(session, SITE, number))
    return number


def told(sessions) -> list[str]:
    with unit_of_work(sessions, writes=False) as (session, _):
        return sorted(message["type"] for message in messages(session))


def test_calls_for_one_record_are_told(kintone, app, sessions):
    kintone.post("record", app=app, record={})
    kintone.put("record", app=app, id=1, record={"名前": {"value": "甲"}})
    kintone.put("record/status", app=app, id=1, action="審査へ")
    assert told(sessions) == ["ADD_RECORD", "UPDATE_RECORD", "UPDATE_STATUS"]


def test_calls_for_several_records_and_bulk_requests_are_not(kintone, app, sessions):
    kintone.post("records", app=app, records=[{}, {}])
    kintone.put("records", app=app, records=[{"id": 1, "record": {}}])
    kintone.put("records/status", app=app, records=[{"id": 1, "action": "審査へ"}])
    kintone.post("bulkRequest", requests=bulk(app, "甲", "乙"))
    kintone.delete("records", app=app, ids=[1])
    assert told(sessions) == []


def test_a_call_that_is_refused_is_not_told(kintone, app, sessions):
    kintone.refused("POST", "record", app=app, record={"名前": {"value": []}})
    kintone.refused("PUT", "record", app=app, id=9, record={})
    assert told(sessions) == []
