"""What an import left behind is told, used by the next try if nobody touched it, or dealt with by a person."""

from __future__ import annotations

from itertools import compress

import pytest

from marketplace.installs import services
from marketplace.installs.errors import ImportNotResumableError, LeftoversInUseError, LeftoversNotThereError
from marketplace.installs.leftovers import delete_leftovers, dismiss_leftovers, find_continued, list_leftovers
from marketplace.installs.models import ImportState, StepKind, StepState
from marketplace.installs.plan import make_plan
from marketplace.installs.survey.looking import survey_plan
from marketplace.kintone.client import KintoneClient, KintoneError, Stage
from marketplace.sandbox import apps, sites
from marketplace.transports import InProcessTransport
from tests.installs.builtin import BuiltIn
from tests.installs.factories import make_order
from tests.installs.fake_kintone import KilledError, refusal


class Breaking:
    """Carries calls until one, which it refuses."""

    def __init__(self, built_in, number):
        self.transport = InProcessTransport(built_in.app, built_in.site_id)
        self.number, self.calls = number, 0

    def send(self, method, path, **sent):
        self.calls += 1
        if self.calls == self.number:
            return refusal(403, "CB_NO02")
        return self.transport.send(method, path, **sent)


@pytest.fixture
def built_in(worker):
    return BuiltIn(worker)


def stop_at(built_in, number):
    """Order an import and let it fail at a call."""
    import_id = built_in.order()
    built_in.run(import_id, lambda _session, _site, _starter: KintoneClient(Breaking(built_in, number)))
    assert built_in.worker.progress(import_id).import_.state is ImportState.FAILED
    return import_id


def left(built_in):
    with built_in.context() as ctx:
        return {each.import_.id: [app.app_id for app in each.apps] for each in list_leftovers(ctx, built_in.site_id)}


def planned(built_in, **changes):
    with built_in.context() as ctx:
        return make_plan(ctx, built_in.site_id, make_order(**changes))


def reasons(built_in, import_id):
    [check] = [step for step in built_in.worker.progress(import_id).steps if step.kind is StepKind.TAKE_OVER]
    return [each["reason"] for each in check.outcome["refused"]]


@pytest.mark.parametrize(("number", "ending"), [(4, "failed"), (13, "cancelled"), (30, "failed"), (35, "cancelled")])
def test_the_next_try_goes_on_with_the_apps_of_the_one_that_stopped(built_in, number, ending):
    first = stop_at(built_in, number)
    if ending == "cancelled":
        built_in.worker.act(services.cancel_import, first)
    assert left(built_in)[first] == ["1", "2", "3"][: number - 2]
    plan = planned(built_in)
    assert plan.continued.import_.id == first
    second = built_in.order_again()
    built_in.run(second)
    built_in.assert_complete(second)
    assert left(built_in) == {}
    with pytest.raises(ImportNotResumableError):
        built_in.worker.act(services.retry_import, first)
    with built_in.context() as ctx:
        assert find_continued(ctx, second) == first


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "moment"), [(3, "before"), (3, "after"), (12, "after"), (28, "after"), (33, "after")]
)
def test_what_a_killed_worker_was_doing_when_it_was_cancelled_is_not_doubled(built_in, number, moment):
    first = built_in.order()
    built_in.run_until(first, number, KilledError(), moment)
    built_in.worker.act(services.cancel_import, first)
    second = built_in.order_again()
    built_in.run(second)
    built_in.assert_complete(second)


def change_note(built_in):
    built_in.client.put_admin_notes("2", {"content": "検討中", "includeInTemplateAndDuplicates": False})


def add_record(built_in):
    built_in.client.add_records("1", [{}])


def delete_app(built_in):
    with built_in.context() as ctx:
        app = apps.find_app(ctx.session, built_in.site_id, 1)
        apps.delete_app(ctx.session, sites.owner(ctx.session, built_in.site_id), app, ctx.now())


@pytest.mark.parametrize(
    ("number", "meddle", "reason"),
    [(20, change_note, "changed"), (35, add_record, "in-use"), (35, delete_app, "gone")],
    ids=["changed", "in use", "gone"],
)
def test_apps_that_somebody_touched_are_left_alone_and_new_ones_are_made(built_in, number, meddle, reason):
    first = stop_at(built_in, number)
    meddle(built_in)
    second = built_in.order_again()
    built_in.run(second)
    progress = built_in.worker.progress(second)
    assert progress.import_.state is ImportState.SUCCEEDED, progress.failure
    assert set(progress.app_ids.values()) == {"4", "5", "6"}
    assert reasons(built_in, second) == [reason]
    assert first in left(built_in)
    assert "使わず" in progress.steps[0].notes[0].ja


@pytest.mark.parametrize(
    "changes",
    [
        {"sample_records": False},
        {"placeholders": {}},
        {"app_names": {"request": "補助金（試行）"}},
        {"localise": [{"app": "request", "field": "地区", "options": ["本町", "駅前"]}]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_other_answers_need_other_apps(built_in, changes):
    first = stop_at(built_in, 20)
    plan = planned(built_in, **changes)
    assert plan.continued is None
    assert [each.import_.id for each in plan.leftovers] == [first]
    second = built_in.order_again(**changes)
    built_in.run(second)
    assert set(built_in.worker.progress(second).app_ids.values()) == {"4", "5", "6"}
    assert first in left(built_in)


@pytest.mark.slow
def test_apps_that_are_used_again_are_not_told_to_have_the_same_name(built_in):
    first = stop_at(built_in, 36)
    with built_in.context() as ctx:
        plan = survey_plan(ctx, make_plan(ctx, built_in.site_id, make_order()))
        other = survey_plan(ctx, make_plan(ctx, built_in.site_id, make_order(placeholders={})))
    assert plan.continued.import_.id == first
    assert plan.survey.same_names == ()
    assert plan.api_calls == sum(step.calls for step in plan.steps)
    assert {one.app_id for one in other.survey.same_names} == {"1", "2", "3"}


def test_a_third_try_goes_on_where_the_second_stopped(built_in):
    stop_at(built_in, 13)
    second = built_in.order_again()
    built_in.run(second, lambda _session, _site, _starter: KintoneClient(Breaking(built_in, 20)))
    assert list(left(built_in)) == [second]
    third = built_in.order_again()
    assert [step.kind for step in built_in.worker.progress(third).steps].count(StepKind.TAKE_OVER) == 1
    built_in.run(third)
    built_in.assert_complete(third)


def test_a_try_that_goes_on_makes_no_more_calls_than_planned(built_in):
    stop_at(built_in, 30)
    plan = planned(built_in)
    check, *rest = plan.steps
    second = built_in.order_again()
    is_open = [step.state is not StepState.DONE for step in built_in.worker.progress(second).steps[1:]]
    counted = Breaking(built_in, 0)
    built_in.run(second, lambda _session, _site, _starter: KintoneClient(counted))
    assert counted.calls == check.calls + sum(step.calls for step in compress(rest, is_open))


def test_what_a_person_has_dealt_with_is_not_listed_or_used_any_more(built_in):
    first = stop_at(built_in, 20)
    built_in.worker.act(dismiss_leftovers, first)
    assert left(built_in) == {}
    assert built_in.worker.progress(first).import_.state is ImportState.CANCELLED
    assert planned(built_in).continued is None
    with pytest.raises(LeftoversNotThereError):
        built_in.worker.act(dismiss_leftovers, first)


def test_leftovers_in_a_built_in_workspace_are_deleted_when_a_person_says_so(built_in):
    first = stop_at(built_in, 35)
    built_in.worker.act(delete_leftovers, first)
    assert left(built_in) == {}
    assert list(built_in.client.list_apps()) == []
    with pytest.raises(KintoneError):
        built_in.client.get_settings("1", Stage.PREVIEW)


def test_an_app_that_may_have_been_made_is_told_and_deleted_too(built_in):
    first = built_in.order()
    built_in.run_until(first, 2, KilledError(), "after")
    built_in.worker.act(services.cancel_import, first)
    with built_in.context() as ctx:
        [leftovers] = list_leftovers(ctx, built_in.site_id)
        assert leftovers.apps == ()
        assert [name.split(" ")[0] for name in leftovers.perhaps] == ["導入中"]
    built_in.worker.act(delete_leftovers, first)
    with pytest.raises(KintoneError):
        built_in.client.get_settings("1", Stage.PREVIEW)


def test_an_app_with_records_of_others_is_not_deleted_as_a_leftover(built_in):
    first = stop_at(built_in, 35)
    add_record(built_in)
    with pytest.raises(LeftoversInUseError):
        built_in.worker.act(delete_leftovers, first)
    assert first in left(built_in)


def test_a_finished_import_leaves_nothing_behind(built_in):
    import_id = built_in.order()
    built_in.run(import_id)
    assert left(built_in) == {}
    with pytest.raises(LeftoversNotThereError):
        built_in.worker.act(dismiss_leftovers, import_id)
