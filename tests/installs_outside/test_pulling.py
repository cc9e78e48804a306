"""A runner at the workspace's side asks for each call, makes it, and reports what came of it."""

from __future__ import annotations

import pytest

from marketplace.installs.errors import RunnerBusyError
from marketplace.installs.models import ImportState

OTHER = "another-runner"


def assert_complete(outside, import_id):
    progress = outside.progress(import_id)
    assert progress.failure is None, progress.failure
    assert progress.import_.state is ImportState.SUCCEEDED
    assert len(outside.kintone.apps) == 3
    assert {"1", "2", "3"} == set(progress.app_ids.values())


def test_a_pulled_import_ends_as_a_pushed_one(outside):
    import_id = outside.order()
    outside.run(import_id)
    assert_complete(outside, import_id)


@pytest.mark.parametrize("performed", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize(
    "number", [pytest.param(2, marks=pytest.mark.slow), 17, pytest.param(34, marks=pytest.mark.slow)]
)
def test_a_runner_that_died_at_any_call_is_followed_by_another(outside, number, performed):
    import_id = outside.order()
    found = outside.ask(import_id)
    for _ in range(number):
        if found.call:
            found = outside.report(import_id, found.call.number, outside.perform(import_id, found.call))
    if performed and found.call:
        outside.perform(import_id, found.call)
    with pytest.raises(RunnerBusyError):
        outside.ask(import_id, OTHER)
    outside.clock.advance(seconds=61)
    outside.run(import_id, OTHER)
    assert_complete(outside, import_id)
