"""An installation in a kintone domain, played by a second instance over the network, is checked with its account."""

from __future__ import annotations

import pytest

from marketplace.installs.checks.models import CheckState
from marketplace.installs.checks.queries import get_check
from marketplace.installs.checks.run import run_check
from marketplace.installs.checks.services import check_installation
from marketplace.installs.verification import Result
from tests.installs.test_kintone_domain import (  # noqa: F401 - fixtures
    NEW_PASSWORD,
    Office,
    domain,
    office,
    ports,
    way,
)

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""The way is over the network; the database is the same as for other checks."""


def check(office):  # noqa: F811 - the fixture
    """Ask for a check, carry it out, and return what it came to."""
    hand, installation_id = office.worker, office.progress().import_.installation_id
    with office.context() as ctx:
        check_installation(ctx, installation_id)
    run_check(hand.sessions, office.ports, office.connect, installation_id, hand.clock, hand.pauses.append)
    with office.context() as ctx:
        return get_check(ctx, installation_id)


def test_what_was_changed_on_the_kintone_is_found_over_the_network(office, way):  # noqa: F811 - the fixtures
    office.run()
    assert check(office).verification.result is Result.IDENTICAL
    app_id = office.progress().app_ids["request"]
    with office.context() as ctx:
        client = office.connect(ctx.session, office.workspace_id)
    client.call("PUT", "preview/app/settings.json", body={"app": app_id, "description": "説明を変えた"})
    client.deploy({app_id: None})
    way.calls.clear()
    told = check(office).verification.differences
    assert [(one.app, one.part, one.pointer) for one in told] == [("request", "settings", "/description")]
    assert {call.method for call in way.calls} == {"GET"}


def test_an_account_whose_password_changed_ends_it_after_one_call(office, way, domain):  # noqa: F811 - the fixtures
    office.run()
    domain.set_password(NEW_PASSWORD)
    way.calls.clear()
    view = check(office)
    assert (view.check.state, view.failure.code) == (CheckState.FAILED, "CB_WA01")
    assert len(way.calls) == 1
