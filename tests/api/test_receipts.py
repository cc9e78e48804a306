"""The receipt of an import by API."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs.models import Step, StepKind
from marketplace.installs.run import run_import
from marketplace.installs.verification import Difference, Verification
from marketplace.transports import connect_in_process
from tests.api.factories import OTHER, PUBLISHER, SLUG
from tests.bundle.factories import make_joined_bundle


@pytest.fixture
def import_id(app, world, caller):
    world.release(make_joined_bundle())
    path = f"/api/v1/workspaces/{world.workspace()}/imports"
    started = caller.post(path, 202, json={"template": f"{PUBLISHER}/{SLUG}"}).json["id"]
    run_import(app.sessions, app.ports, connect_in_process(app), started, app.now, lambda _: None)
    return started


def test_it_tells_what_came_where_by_whom_and_whether_it_fits(caller, import_id):
    told = caller.get(f"/api/v1/imports/{import_id}/receipt").json
    assert (told["import_id"], told["state"], told["template"]) == (import_id, "succeeded", f"{PUBLISHER}/{SLUG}")
    assert len(told["digest"]) == 64
    assert told["started_by"]
    assert {app["key"]: (app["id"], app["sample_records"]) for app in told["apps"]} == {
        "program": ("3", 2),
        "request": ("2", 1),
        "report": ("1", 0),
    }
    assert told["placeholders"] == [
        {"key": "section-chief", "kind": "USER", "label": {"ja": "所属長", "en": "Section chief"}, "code": None}
    ]
    assert told["left_behind"] == []
    assert told["verification"] == {"result": "identical", "count": 0, "differences": [], "unread": [], "changed": []}


def test_each_difference_is_listed(app, caller, import_id):
    made = Verification((Difference("request", "views", "/views/一覧", "{}", None),), 1, ())
    with unit_of_work(app.sessions) as (session, _):
        step = session.scalars(select(Step).where(Step.import_id == import_id, Step.kind == StepKind.VERIFY)).one()
        step.outcome = made.as_document()
    told = caller.get(f"/api/v1/imports/{import_id}/receipt").json["verification"]
    assert told["result"] == "different"
    assert told["differences"] == [
        {"app": "request", "part": "views", "pointer": "/views/一覧", "wanted": "{}", "found": None}
    ]


def test_it_is_told_before_the_end_and_of_imports_from_before_verification(app, caller, import_id):
    with unit_of_work(app.sessions) as (session, _):
        session.delete(session.scalars(select(Step).where(Step.kind == StepKind.VERIFY)).one())
    assert caller.get(f"/api/v1/imports/{import_id}/receipt").json["verification"] is None


def test_another_municipality_does_not_find_it(world, import_id):
    world.caller(OTHER).refused("GET", f"/api/v1/imports/{import_id}/receipt", 404, "not-found")
