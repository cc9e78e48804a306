"""A kintone domain is looked at by its REST API; what it does not tell is unknown, and no plan fails by it."""

# ruff: noqa: F811 - the fixtures are those of another module

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from marketplace.installs.errors import SpaceFixedError, SpaceUnusableError
from marketplace.installs.plan import make_plan
from marketplace.installs.queries import get_import
from marketplace.installs.services import cancel_import, start_import
from marketplace.installs.survey.findings import Item, Outcome
from marketplace.installs.survey.looking import SECONDS, survey_plan
from marketplace.kernel.outbound import OutboundAnswer
from marketplace.sandbox import sites
from marketplace.sandbox.spaces.models import SpaceMember
from marketplace.sandbox.spaces.services import NewSpace, create_space
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.domains.services import change_connection
from tests.installs.factories import make_order
from tests.installs.test_kintone_domain import (  # noqa: F401 - fixtures
    LOGIN,
    SITE,
    Office,
    domain,
    office,
    ports,
    way,
)


class Clock:
    """Time that passes with each look at it."""

    def __init__(self, seconds):
        self.now, self.seconds = 0.0, seconds

    def __call__(self):
        self.now += self.seconds
        return self.now


def plan(office, clock=None, **changes):
    with office.context() as ctx:
        made = make_plan(ctx, office.workspace_id, make_order(**changes))
        return survey_plan(ctx, made, clock) if clock else survey_plan(ctx, made)


def found(made, item):
    return next((one.outcome for one in made.survey.findings if one.item is item), None)


def make_space(domain, *, is_guest=False, is_private=False, members=()):
    new = NewSpace("産業振興課", is_private, is_guest, fixed_member=False)
    with domain.runtime.unit_of_work() as ctx:
        space = create_space(ctx.session, sites.owner(ctx.session, SITE), 1, new, ctx.now())
        for position, code in enumerate(members):
            place = {"site_id": SITE, "space_id": space.space_id, "position": position}
            ctx.session.add(SpaceMember(**place, kind="USER", code=code, is_admin=True))
        return str(space.space_id), str(space.default_thread)


@contextmanager
def answering(way, part, status, body, content_type="application/json"):
    """Answer the calls whose address holds a part, instead of the domain."""
    send = way.outbound.send
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    class Instead:
        check = way.outbound.check

        def send(self, call):
            if part in call.url:
                return OutboundAnswer(status, content, {"Content-Type": content_type})
            return send(call)

    kept, way.outbound = way.outbound, Instead()
    yield
    way.outbound = kept


def restart(office, **changes):
    """Cancel the import the office began with, and order anew."""
    with office.context() as ctx:
        cancel_import(ctx, office.import_id)
        office.import_id = start_import(ctx, office.workspace_id, make_order(**changes)).id


def test_what_is_there_is_told_and_what_can_not_be_asked_is_unknown(office):
    office.run()
    made = plan(office)
    assert found(made, Item.CREATE_APPS) is Outcome.UNKNOWN
    assert found(made, Item.PEOPLE) is Outcome.UNKNOWN, "this kintone has no user API"
    assert found(made, Item.SAME_NAMES) is Outcome.LACKING
    assert made.survey.apps_there == 3
    assert {one.app_id for one in made.survey.same_names} == {"1", "2", "3"}
    assert all(one.installation_id for one in made.survey.same_names)
    assert made.survey.same_names[0].address.startswith("http://127.0.0.1")


@pytest.mark.parametrize(("codes", "outcome"), [(["sato"], Outcome.OK), ([], Outcome.LACKING)])
def test_users_are_looked_for_where_the_account_may(office, way, codes, outcome):
    with answering(way, "/v1/users.json", 200, {"users": [{"code": code, "valid": True} for code in codes]}):
        made = plan(office)
    assert found(made, Item.PEOPLE) is outcome


def test_the_space_is_looked_up_and_used(office, domain, way):
    space, thread = make_space(domain)
    made = plan(office, target={"space": space})
    assert (made.target.name, made.target.thread) == ("産業振興課", thread)
    restart(office, target={"space": space})
    way.calls.clear()
    office.run()
    assert len(way.calls) == made.budget.calls
    office.assert_complete()
    with office.context() as ctx:
        client = office.connect(ctx.session, office.workspace_id)
        assert get_import(ctx, office.import_id).target.space == space
    assert {client.call("GET", "app.json", params={"id": str(at)})["spaceId"] for at in (1, 2, 3)} == {space}


@pytest.mark.parametrize("kind", ["absent", "guest"])
def test_a_space_the_account_can_not_use_is_refused(office, domain, kind):
    space = make_space(domain, is_guest=True, members=[LOGIN])[0] if kind == "guest" else "7"
    with pytest.raises(SpaceUnusableError):
        plan(office, target={"space": space})


def test_an_import_into_a_space_that_is_gone_ends_before_anything_is_made(office):
    restart(office, target={"space": "7"})
    office.run()
    progress = office.progress()
    assert progress.failure.code == "space-unusable"
    assert "番号7" in progress.failure.reason.ja
    assert progress.app_ids == {}


def test_a_guest_space_is_the_only_place_of_its_workspace_and_its_calls_are_foreseen(office, domain, way):
    space, _thread = make_space(domain, is_guest=True, members=[LOGIN, "sato"])
    with office.context() as ctx:
        change_connection(ctx, office.workspace_id, {"address": domain.address, "guest_space": space})
    with pytest.raises(SpaceFixedError):
        plan(office, target={"space": space})
    made = plan(office)
    way.calls.clear()
    office.run()
    assert len(way.calls) == made.budget.calls
    office.assert_complete()


def test_the_calls_of_a_domain_are_foreseen(office, way):
    made = plan(office)
    way.calls.clear()
    office.run()
    assert len(way.calls) == made.budget.calls
    assert made.budget.seconds > 0


def test_a_domain_that_does_not_answer_makes_no_plan_fail(office, domain):
    domain.server.shutdown()
    domain.server.server_close()
    made = plan(office)
    assert not made.survey.was_reached
    assert "確かめられませんでした" in made.survey.findings[-1].text.ja
    assert made.budget.calls > 0


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (200, b"<html>sign in</html>", "text/html"),
        (302, b"", "text/html"),
        (401, {"id": "x", "code": "CB_WA01", "message": "no"}, "application/json"),
        (503, b"", "text/plain"),
        (200, {"apps": "none"}, "application/json"),
    ],
)
def test_a_domain_that_answers_strangely_makes_no_plan_fail(office, way, status, body, content_type):
    with answering(way, "/k/v1/apps.json", status, body, content_type):
        made = plan(office)
    assert not made.survey.was_reached
    assert all(one.text.en for one in made.survey.findings)


def test_credentials_that_can_not_be_read_make_no_plan_fail(office):
    with office.context() as ctx:
        ctx.session.get_one(Connection, office.workspace_id).sealed = "lost"
    assert not plan(office).survey.was_reached


def test_when_the_time_is_over_nothing_more_is_asked(office, way):
    way.calls.clear()
    made = plan(office, Clock(SECONDS + 1))
    assert way.calls == []
    assert found(made, Item.SAME_NAMES) is Outcome.UNKNOWN


def test_each_call_has_a_short_time_limit_of_its_own(office, way):
    way.calls.clear()
    plan(office)
    assert {call.seconds for call in way.calls} == {3.0}


def test_no_transaction_is_open_while_a_domain_is_asked(office, way):
    with office.context() as ctx:
        made = make_plan(ctx, office.workspace_id, make_order())
        open_at_calls = []
        way.before = lambda _number: open_at_calls.append(ctx.session.in_transaction())
        survey_plan(ctx, made)
    assert open_at_calls
    assert not any(open_at_calls)
