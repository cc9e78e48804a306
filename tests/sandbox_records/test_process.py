from __future__ import annotations

import pytest

from marketplace.sandbox.errors import (
    InvalidInputError,
    InvalidJsonError,
    NoPrivilegeError,
    RecordNotFoundError,
    RecordRevisionError,
)
from marketplace.sandbox.records.errors import (
    AssigneeNotAllowedError,
    AssigneeRequiredError,
    NotAssigneeError,
    ProcessDisabledError,
    StatusChangedError,
    UserNotFoundError,
)
from marketplace.sandbox.records.process import change_status, change_statuses, set_assignees
from marketplace.sandbox.records.reading import get_record, list_records
from marketplace.sandbox.records.writing import add_record, add_records
from tests.sandbox_records.factories import NOW, caller, candidates, field, make_app, make_process, number, values

SUBMIT = {"name": "提出", "from": "作成中", "to": "確認中"}
RETURN = {"name": "差戻", "from": "確認中", "to": "作成中"}


def make_requests(session, *actions, **assignees):
    status = make_process("作成中", "確認中", actions=list(actions) or [SUBMIT, RETURN], **assignees)
    app = make_app(session, status, 額=number(), 担当=field("USER_SELECT"))
    add_record(session, caller(), app, None, NOW)
    return app


def state_of(session, app, record_id=1):
    record = get_record(session, caller(), app, record_id)
    return record["ステータス"]["value"], [each["code"] for each in record["作業者"]["value"]]


def test_a_new_record_starts_in_the_first_state(session):
    assert state_of(session, make_requests(session)) == ("作成中", [])


def test_status_and_assignee_are_absent_while_the_process_is_off(session):
    app = make_app(session)
    add_record(session, caller(), app, None, NOW)
    assert {"ステータス", "作業者"}.isdisjoint(get_record(session, caller(), app, 1))


def test_an_action_moves_the_record_and_raises_the_revision_by_two(session):
    app = make_requests(session)
    written = change_status(session, caller(), app, {"id": 1, "action": "提出"}, NOW)
    assert (state_of(session, app), written.revision) == (("確認中", []), 3)


@pytest.mark.parametrize("action", ["差戻", "知らない"])
def test_an_action_that_does_not_start_here_is_refused(session, action):
    app = make_requests(session)
    with pytest.raises(StatusChangedError):
        change_status(session, caller(), app, {"id": 1, "action": action}, NOW)


def test_without_a_process_there_are_no_actions(session):
    app = make_app(session)
    add_record(session, caller(), app, None, NOW)
    with pytest.raises(ProcessDisabledError):
        change_status(session, caller(), app, {"id": 1, "action": "提出"}, NOW)


def test_a_state_with_one_worker_needs_to_know_whom(session):
    app = make_requests(session, 確認中=candidates("ONE", "suzuki"))
    with pytest.raises(AssigneeRequiredError):
        change_status(session, caller(), app, {"id": 1, "action": "提出"}, NOW)


def test_the_chosen_worker_works_on_the_record(session):
    app = make_requests(session, 確認中=candidates("ONE", "suzuki", "sato"))
    change_status(session, caller(), app, {"id": 1, "action": "提出", "assignee": "suzuki"}, NOW)
    assert state_of(session, app) == ("確認中", ["suzuki"])


@pytest.mark.parametrize(("code", "error"), [("nobody", UserNotFoundError), ("sato", AssigneeNotAllowedError)])
def test_only_a_candidate_can_be_chosen(session, code, error):
    app = make_requests(session, 確認中=candidates("ONE", "suzuki"))
    with pytest.raises(error):
        change_status(session, caller(), app, {"id": 1, "action": "提出", "assignee": code}, NOW)


@pytest.mark.parametrize("assignee", [candidates("ANY", "suzuki"), candidates("ALL", "suzuki"), candidates("ONE")])
def test_nobody_is_chosen_where_the_state_decides(session, assignee):
    app = make_requests(session, 確認中=assignee)
    with pytest.raises(AssigneeNotAllowedError):
        change_status(session, caller(), app, {"id": 1, "action": "提出", "assignee": "suzuki"}, NOW)


def test_any_of_the_workers_may_move_the_record_on(session):
    app = make_requests(session, 確認中=candidates("ANY", "suzuki", "admin"))
    change_status(session, caller(), app, {"id": 1, "action": "提出"}, NOW)
    change_status(session, caller("admin"), app, {"id": 1, "action": "差戻"}, NOW)
    assert state_of(session, app) == ("作成中", [])


def test_all_of_the_workers_must_move_the_record_on(session):
    app = make_requests(session, 確認中=candidates("ALL", "suzuki", "admin"))
    change_status(session, caller(), app, {"id": 1, "action": "提出"}, NOW)
    change_status(session, caller("suzuki"), app, {"id": 1, "action": "差戻"}, NOW)
    assert state_of(session, app) == ("確認中", ["admin"])
    change_status(session, caller("admin"), app, {"id": 1, "action": "差戻"}, NOW)
    assert state_of(session, app) == ("作成中", [])


def test_everyone_means_all_users_of_the_site(session):
    group = {"type": "ANY", "entities": [{"entity": {"type": "GROUP", "code": "everyone"}}]}
    app = make_requests(session, 確認中=group)
    change_status(session, caller(), app, {"id": 1, "action": "提出"}, NOW)
    assert state_of(session, app)[1] == ["admin", "sato", "suzuki"]


def test_a_field_can_name_the_workers(session):
    by_field = {"type": "ANY", "entities": [{"entity": {"type": "FIELD_ENTITY", "code": "担当"}}]}
    app = make_requests(session, 確認中=by_field)
    add_record(session, caller(), app, values(担当=[{"code": "suzuki"}]), NOW)
    change_status(session, caller(), app, {"id": 2, "action": "提出"}, NOW)
    assert state_of(session, app, 2)[1] == ["suzuki"]


def test_the_creator_works_on_a_new_record_where_the_first_state_says_so(session):
    creator = {"type": "ONE", "entities": [{"entity": {"type": "FIELD_ENTITY", "code": "作成者"}}]}
    app = make_requests(session, 作成中=creator)
    assert state_of(session, app) == ("作成中", ["sato"])


def test_only_those_who_work_on_the_record_may_move_it(session):
    app = make_requests(session, 確認中=candidates("ANY", "suzuki"))
    change_status(session, caller(), app, {"id": 1, "action": "提出"}, NOW)
    with pytest.raises(NotAssigneeError):
        change_status(session, caller("sato"), app, {"id": 1, "action": "差戻"}, NOW)


def test_an_action_is_open_only_to_records_that_meet_its_condition(session):
    app = make_requests(session, SUBMIT | {"filterCond": "額 > 100"})
    with pytest.raises(StatusChangedError):
        change_status(session, caller(), app, {"id": 1, "action": "提出"}, NOW)
    add_record(session, caller(), app, values(額="101"), NOW)
    assert change_status(session, caller(), app, {"id": 2, "action": "提出"}, NOW).revision == 3


def test_a_stale_revision_is_refused(session):
    app = make_requests(session)
    with pytest.raises(RecordRevisionError):
        change_status(session, caller(), app, {"id": 1, "action": "提出", "revision": 9}, NOW)


@pytest.mark.parametrize(
    ("body", "error"),
    [([], InvalidJsonError), ({"id": 1}, InvalidInputError), ({"action": "提出"}, InvalidInputError),
     ({"id": 9, "action": "提出"}, RecordNotFoundError), ({"id": 1, "action": ["提出"]}, InvalidJsonError)],
)  # fmt: skip
def test_bad_bodies_are_refused(session, body, error):
    app = make_requests(session)
    with pytest.raises(error):
        change_status(session, caller(), app, body, NOW)


def test_several_records_move_together_or_not_at_all(session):
    app = make_requests(session)
    add_records(session, caller(), app, [{}], NOW)
    written = change_statuses(session, caller(), app, [{"id": n, "action": "提出"} for n in (1, 2)], NOW)
    assert [(each.record_id, each.revision) for each in written] == [(1, 3), (2, 3)]


def test_one_record_does_not_move_twice_in_one_call(session):
    app = make_requests(session)
    with pytest.raises(StatusChangedError):
        change_statuses(session, caller(), app, [{"id": 1, "action": "提出"}] * 2, NOW)


def test_a_manager_replaces_the_workers_and_queries_find_them(session):
    app = make_requests(session, 作成中=candidates("ANY"))
    written = set_assignees(session, caller("admin"), app, {"id": 1, "assignees": ["sato", "suzuki"]}, NOW)
    found = list_records(session, caller(), app, query='作業者 in ("suzuki")', now=NOW).records
    assert (written.revision, len(found), state_of(session, app)[1]) == (2, 1, ["sato", "suzuki"])
    set_assignees(session, caller("admin"), app, {"id": 1, "assignees": []}, NOW)
    assert list_records(session, caller(), app, query='作業者 in ("suzuki")', now=NOW).records == []


@pytest.mark.parametrize(
    ("who", "assignees", "error"),
    [
        ("sato", ["sato"], NoPrivilegeError),
        ("admin", ["nobody"], UserNotFoundError),
        ("admin", ["sato", "suzuki"], InvalidInputError),
        ("admin", None, InvalidInputError),
        ("admin", [str(n) for n in range(101)], InvalidInputError),
        ("admin", "sato", InvalidJsonError),
    ],
)
def test_workers_are_set_by_managers_within_the_rules_of_the_state(session, who, assignees, error):
    app = make_requests(session)
    with pytest.raises(error):
        set_assignees(session, caller(who), app, {"id": 1, "assignees": assignees}, NOW)
