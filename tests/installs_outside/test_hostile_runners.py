"""Whatever a runner says, it harms nobody but its own import."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from marketplace.installs.errors import CallOutcomeDiffersError, CallUnknownError, ImportNotPulledError, RunnerBusyError
from marketplace.installs.models import CallEntry, ImportState, StepState
from marketplace.installs.pulling.inputs import MOST_BYTES, OutcomeInput
from marketplace.installs.pulling.services import next_call
from marketplace.installs.services import cancel_import, retry_import
from marketplace.kernel.errors import ForbiddenError, NotFoundError
from tests.installs_outside.factories import RUNNER
from tests.municipalities.factories import actor_for

HTML = {"status": 200, "headers": {"Content-Type": "text/html"}, "text": "<html>ログインしてください</html>"}
AS_JSON = {"content-type": "application/json"}
OUTCOMES = {
    "a NUL": ({"status": 400, "headers": AS_JSON, "text": '{"code": "X", "message": "a\\u0000b"}'}, "http-400"),
    "half a character": (
        {"status": 400, "headers": AS_JSON, "text": '{"code": "X", "message": "\\ud83d"}'},
        "http-400",
    ),
    "an escaped backslash": ({"status": 400, "headers": AS_JSON, "text": r'{"code": "X", "message": "\\u0000"}'}, "X"),
    "a page": (HTML, "http-200"),
    "a redirect": ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}, "text": ""}, "http-302"),
    "no object": ({"status": 200, "body": [1, 2]}, "http-200"),
    "another shape": ({"status": 200, "body": {"apps": 5}}, "no-answer"),
    "numbers below nothing": ({"status": 200, "body": {"apps": [{"appId": "-5", "name": {}}]}}, "no-answer"),
    "deep": ({"status": 200, "headers": {"content-type": "application/json"}, "text": "[" * 100_000}, "http-200"),
    "a gate": ({"status": 401, "headers": {"WWW-Authenticate": "Basic"}, "text": ""}, "basic-gate"),
    "another certificate": ({"problem": "not-trusted"}, "certificate"),
    "endless": ({"problem": "too-large"}, "no-answer"),
    "a refusal": ({"status": 403, "body": {"code": "CB_NO02", "message": "権限がありません"}}, "CB_NO02"),
}


@pytest.mark.parametrize(("outcome", "code"), OUTCOMES.values(), ids=OUTCOMES)
def test_an_answer_that_is_none_ends_the_import_with_a_reason_and_it_may_be_resumed(outside, outcome, code):
    import_id = outside.order()
    first = outside.ask(import_id).call
    outside.report(import_id, first.number, outcome)
    progress = outside.progress(import_id)
    assert (progress.import_.state, progress.failure.code) == (ImportState.FAILED, code)
    assert outside.ask(import_id).call is None
    outside.act(retry_import, import_id)
    again = outside.ask(import_id).call
    assert (again.number > first.number, again.call) == (True, first.call)


WRONG = {
    "neither": {},
    "both": {"status": 200, "body": {}, "text": "x"},
    "an answer and a problem": {"status": 200, "text": "", "problem": "unknown"},
    "a negative status": {"status": -1, "text": ""},
    "a long status": {"status": 10**30, "text": ""},
    "a status in words": {"status": "200", "text": ""},
    "no Base64": {"status": 200, "content": "ん"},
    "no headers": {"status": 200, "text": "", "headers": ["x"]},
    "too much": {"status": 200, "content": base64.b64encode(bytes(MOST_BYTES + 1)).decode()},
    "an unknown problem": {"problem": "bored"},
    "a runner without a name": {"status": 200, "text": "", "runner": "x"},
    "something else": {"status": 200, "text": "", "admin": True},
}


@pytest.mark.parametrize("outcome", WRONG.values(), ids=WRONG)
def test_a_report_that_can_not_be_read_is_refused(outcome):
    with pytest.raises(ValidationError):
        OutcomeInput().load({"runner": RUNNER, **outcome})


def test_a_refused_report_changes_nothing(outside):
    import_id = outside.order()
    call = outside.ask(import_id).call
    with pytest.raises(ValidationError):
        outside.report(import_id, call.number, {"status": -1, "text": ""})
    assert outside.ask(import_id).call == call


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["apps", "app", "appId", "status", "revision", "properties", "records", "ids", "name"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(answers=st.lists(JSON, min_size=1, max_size=6), start=st.integers(0, 3))
def test_no_json_whatever_makes_the_service_stumble(outside, answers, start):
    import_id = outside.order()
    found = outside.ask(import_id)
    for _ in range(start):
        if found.call is None:
            break
        found = outside.report(import_id, found.call.number, outside.perform(import_id, found.call))
    for answer in answers:
        if found.call:
            told = {"status": 200, "headers": {"content-type": "application/json"}, "text": json.dumps(answer)}
            found = outside.report(import_id, found.call.number, told)
    state = outside.progress(import_id).import_.state
    assert state in {ImportState.QUEUED, ImportState.RUNNING, ImportState.FAILED}
    if state is ImportState.FAILED:
        assert outside.progress(import_id).failure.code != "internal"
    else:
        outside.act(cancel_import, import_id)


def test_asking_twice_gives_the_same_call(outside):
    import_id = outside.order()
    assert outside.ask(import_id) == outside.ask(import_id)


def test_reporting_twice_is_harmless_and_another_outcome_is_refused(outside):
    import_id = outside.order()
    call = outside.ask(import_id).call
    outcome = outside.perform(import_id, call)
    first = outside.report(import_id, call.number, outcome)
    assert outside.report(import_id, call.number, outcome) == first
    with pytest.raises(CallOutcomeDiffersError):
        outside.report(import_id, call.number, HTML)
    with pytest.raises(CallUnknownError):
        outside.report(import_id, 999, outcome)
    assert outside.ask(import_id) == first


def test_a_call_of_which_nobody_knows_is_looked_for_before_it_is_made_again(outside):
    import_id = outside.order()
    found = outside.ask(import_id)
    while not found.call.call.changes:
        found = outside.report(import_id, found.call.number, outside.perform(import_id, found.call))
    outside.perform(import_id, found.call)
    again = outside.ask(import_id, uncertain=True).call
    assert not again.call.changes
    for _ in range(20):
        found = outside.report(import_id, again.number, outside.perform(import_id, again))
        again = found.call
        if again.call.path.endswith("/preview/app.json"):
            break
    assert len(outside.kintone.apps) == 1


def test_a_call_without_an_answer_is_tried_again_after_a_pause(outside):
    import_id = outside.order()
    call = outside.ask(import_id).call
    paused = outside.report(import_id, call.number, {"problem": "unknown"})
    assert paused.call is None
    assert paused.wait_seconds in {1, 2}
    assert outside.ask(import_id) == paused
    outside.clock.advance(seconds=2)
    assert outside.ask(import_id).call.call == call.call


def test_a_kintone_that_does_not_answer_for_long_is_left_alone_for_a_while(outside):
    import_id = outside.order()
    found = outside.ask(import_id)
    for _ in range(6):
        found = outside.report(import_id, found.call.number, {"problem": "unknown"})
        rests = outside.progress(import_id).import_.not_before is not None
        if rests:
            break
        outside.clock.advance(seconds=found.wait_seconds)
        found = outside.ask(import_id)
    assert rests
    assert found.wait_seconds > 10
    assert outside.ask(import_id).call is None
    outside.clock.advance(seconds=found.wait_seconds)
    assert outside.ask(import_id).call is not None


def test_each_call_is_in_the_journal_once(outside):
    import_id = outside.order()
    found = outside.ask(import_id)
    for _ in range(12):
        found = outside.report(import_id, found.call.number, outside.perform(import_id, found.call))
    with outside.context() as ctx:
        entries = ctx.session.query(CallEntry).filter_by(import_id=import_id).order_by(CallEntry.number).all()
    assert [(entry.method, entry.path) for entry in entries] == outside.kintone.calls


def test_two_runners_at_once_are_one_too_many(outside):
    import_id = outside.order()
    call = outside.ask(import_id).call
    with pytest.raises(RunnerBusyError):
        outside.ask(import_id, "second-runner")
    outside.clock.advance(seconds=59)
    with pytest.raises(RunnerBusyError):
        outside.ask(import_id, "second-runner")
    outside.clock.advance(seconds=2)
    outside.ask(import_id, "second-runner")
    with pytest.raises(RunnerBusyError):
        outside.report(import_id, call.number, outside.perform(import_id, call), RUNNER)


def test_an_import_that_was_cancelled_hands_out_nothing(outside):
    import_id = outside.order()
    call = outside.ask(import_id).call
    outside.act(cancel_import, import_id)
    done = outside.report(import_id, call.number, outside.perform(import_id, call))
    assert (done.call, done.wait_seconds) == (None, None)
    assert outside.progress(import_id).import_.state is ImportState.CANCELLED


@pytest.mark.parametrize(("actor", "refusal"), [("reader", ForbiddenError), ("other", NotFoundError)])
def test_only_who_may_install_there_gets_a_call(outside, actor, refusal):
    import_id = outside.order()
    caller = actor_for("admin", "993026") if actor == "other" else actor_for("reader", "992011")
    with pytest.raises(refusal), outside.context(caller) as ctx:
        next_call(ctx, import_id, {"runner": RUNNER})


def test_an_import_that_is_pushed_has_no_calls_to_hand_out(worker, outside):
    import_id = worker.order()
    with pytest.raises(ImportNotPulledError), outside.context() as ctx:
        next_call(ctx, import_id, {"runner": RUNNER})


def test_no_worker_touches_a_pulled_import(outside, worker):
    import_id = outside.order()
    worker.run(import_id)
    assert worker.kintone.calls == []
    assert all(step.state is StepState.PENDING for step in outside.progress(import_id).steps)
    assert outside.ports.jobs.asked == []
