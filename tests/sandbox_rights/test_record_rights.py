"""Rights on single records: what is seen, changed and deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError, RecordNotFoundError
from marketplace.sandbox.models import Part
from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.loading import load_for
from marketplace.sandbox.records.process import change_status, set_assignees
from marketplace.sandbox.records.reading import get_record, list_records
from marketplace.sandbox.records.writing import add_record, add_records, update_record, update_records, upsert_records
from marketplace.sandbox.rights.rules import Act
from tests.sandbox_records.factories import NOW, SITE, make_app, make_process, number, values
from tests.sandbox_rights.factories import (
    ALL_ACTS,
    EVERYONE,
    OWNER,
    grants,
    make_requests,
    person,
    record_right,
    set_rights,
)

SATO, SUZUKI = person("sato"), person("suzuki")


@pytest.fixture
def app(session):
    """Requests of 100, 200 and 300 yen by sato, sato and suzuki."""
    made = make_requests(session)
    bodies = [values(件名=f"件{n}", 額=n * 100, 担当=[{"code": code}], 係=[{"code": "kacho"}], 課=[{"code": "ka"}])
              for n, code in ((1, "sato"), (2, "suzuki"))]  # fmt: skip
    add_records(session, SATO, made, bodies, NOW)
    add_record(session, SUZUKI, made, values(件名="件3", 額=300), NOW)
    return made


def restrict(session, app, *rights):
    set_rights(session, app, Part.RECORD_ACL, *rights)


def seen(session, app, who, query=""):
    found = list_records(session, who, app, query=query, total_count=True, now=NOW)
    assert found.total_count == len(found.records)
    return sorted(int(record["$id"]["value"]) for record in found.records)


def test_without_rights_on_records_those_of_the_app_decide(session, app):
    assert seen(session, app, SATO) == [1, 2, 3]


def test_records_that_meet_no_condition_are_left_to_the_rights_of_the_app(session, app):
    restrict(session, app, record_right("額 > 250", grants("USER", "suzuki", "viewable")))
    assert (seen(session, app, SATO), seen(session, app, SUZUKI)) == ([1, 2], [1, 2, 3])


def test_the_first_right_whose_condition_a_record_meets_decides(session, app):
    restrict(
        session, app,
        record_right("額 > 250", grants(*EVERYONE)),
        record_right("額 > 150", grants("USER", "sato", "viewable")),
        record_right("", grants("USER", "suzuki", "viewable")),
    )  # fmt: skip
    assert (seen(session, app, SATO), seen(session, app, SUZUKI)) == ([2], [1])


def test_the_first_holder_that_applies_decides_and_everyone_comes_last(session, app):
    restrict(
        session, app,
        record_right("", grants(*EVERYONE, "viewable"), grants("USER", "sato"), grants("GROUP", "kacho", "viewable")),
    )  # fmt: skip
    assert seen(session, app, person("sato", groups=("kacho",))) == []
    assert seen(session, app, SUZUKI) == [1, 2, 3]


def test_whoever_is_no_holder_sees_nothing(session, app):
    restrict(session, app, record_right("", grants("USER", "suzuki", "viewable")))
    assert seen(session, app, SATO) == []


@pytest.mark.parametrize(
    ("kind", "code", "subs", "who", "numbers"),
    [
        ("GROUP", "kacho", False, person("sato", groups=("kacho",)), [1, 2, 3]),
        ("GROUP", "kacho", False, person("sato", groups=("madoguchi",)), []),
        ("ORGANIZATION", "ka", False, person("sato", organizations=("ka",)), [1, 2, 3]),
        ("ORGANIZATION", "ka", False, person("sato", organizations=("kakari",)), []),
        ("ORGANIZATION", "ka", True, person("sato", organizations=("kakari",)), [1, 2, 3]),
        ("ORGANIZATION", "ka", True, person("sato", organizations=("jinjibu",)), []),
        ("FIELD_ENTITY", "担当", False, SATO, [1]),
        ("FIELD_ENTITY", "作成者", False, SATO, [1, 2]),
        ("FIELD_ENTITY", "更新者", False, SUZUKI, [3]),
        ("FIELD_ENTITY", "係", False, person("sato", groups=("kacho",)), [1, 2]),
        ("FIELD_ENTITY", "係", False, SATO, []),
        ("FIELD_ENTITY", "課", False, person("sato", organizations=("ka",)), [1, 2]),
        ("FIELD_ENTITY", "課", False, person("sato", organizations=("kakari",)), []),
        ("FIELD_ENTITY", "課", True, person("sato", organizations=("kakari",)), [1, 2]),
        ("FIELD_ENTITY", "ない", False, SATO, []),
    ],
)
def test_a_right_is_held_by(session, app, kind, code, subs, who, numbers):
    restrict(session, app, record_right("", grants(kind, code, "viewable", subs=subs)))
    assert seen(session, app, who) == numbers


def test_a_record_everyone_is_named_in_is_seen_by_all(session, app):
    add_record(session, SUZUKI, app, values(件名="全員", 係=[{"code": "everyone"}]), NOW)
    restrict(session, app, record_right("", grants("FIELD_ENTITY", "係", "viewable")))
    assert seen(session, app, SATO) == [4]


def test_a_condition_may_ask_who_is_looking(session, app):
    restrict(
        session, app,
        record_right("担当 in (LOGINUSER())", grants(*EVERYONE, "viewable")),
        record_right("", grants(*EVERYONE)),
    )  # fmt: skip
    assert (seen(session, app, SATO), seen(session, app, SUZUKI)) == ([1], [2])


def test_what_is_hidden_is_found_by_no_query_and_counted_in_no_total(session, app):
    restrict(session, app, record_right("", grants("FIELD_ENTITY", "担当", "viewable")))
    assert seen(session, app, SATO, '件名 in ("件1", "件2") or 額 >= 300') == [1]
    assert seen(session, app, SATO, "額 >= 0 order by 額 desc, 担当 asc limit 5") == [1]


def test_pages_are_filled_with_what_is_seen(session, app):
    restrict(session, app, record_right("", grants("FIELD_ENTITY", "作成者", "viewable")))
    found = list_records(session, SATO, app, query="order by $id asc limit 1 offset 1", total_count=True, now=NOW)
    assert (found.records[0]["$id"]["value"], found.total_count) == ("2", 2)


def test_the_present_of_a_condition_is_that_of_the_call(session, app):
    restrict(session, app, record_right("作成日時 < TODAY()", grants(*EVERYONE)))
    assert list_records(session, SATO, app, now=NOW).records != []
    assert list_records(session, SATO, app, now=NOW + timedelta(days=1)).records == []
    with pytest.raises(NoPrivilegeError):
        get_record(session, SATO, app, 1, NOW + timedelta(days=1))


def test_a_hidden_record_is_refused_and_a_missing_one_not_found(session, app):
    restrict(session, app, record_right("", grants("USER", "suzuki", *ALL_ACTS)))
    for act in (
        lambda: get_record(session, SATO, app, 1, NOW),
        lambda: update_record(session, SATO, app, {"id": 1, "record": {}}, NOW),
        lambda: delete_records(session, SATO, app, [1], None, NOW),
        lambda: load_for(session, SATO, app, 1, Act.VIEW, NOW),
    ):
        with pytest.raises(NoPrivilegeError):
            act()
    with pytest.raises(RecordNotFoundError):
        get_record(session, SATO, app, 99, NOW)


def test_seeing_changing_and_deleting_are_granted_apart(session, app):
    restrict(session, app, record_right("", grants("USER", "sato", "viewable"), grants("USER", "suzuki", *ALL_ACTS)))
    get_record(session, SATO, app, 1, NOW)
    with pytest.raises(NoPrivilegeError):
        update_record(session, SATO, app, {"id": 1, "record": {}}, NOW)
    with pytest.raises(NoPrivilegeError):
        delete_records(session, SATO, app, [1], None, NOW)
    update_record(session, SUZUKI, app, {"id": 1, "record": {}}, NOW)
    delete_records(session, SUZUKI, app, [1], None, NOW)


def test_what_can_t_be_seen_can_t_be_changed_whatever_the_right_says(session, app):
    restrict(session, app, record_right("", grants("USER", "sato", "editable", "deletable")))
    with pytest.raises(NoPrivilegeError):
        update_record(session, SATO, app, {"id": 1, "record": {}}, NOW)
    with pytest.raises(NoPrivilegeError):
        delete_records(session, SATO, app, [1], None, NOW)


def test_one_record_out_of_reach_undoes_the_whole_call(session, app):
    restrict(session, app, record_right("額 > 150", grants("USER", "suzuki", *ALL_ACTS)))
    changes = [{"id": n, "record": values(額=7)} for n in (1, 2)]
    with pytest.raises(NoPrivilegeError), session.begin_nested():
        update_records(session, SATO, app, changes, NOW)
    with pytest.raises(NoPrivilegeError), session.begin_nested():
        delete_records(session, SATO, app, [1, 2], None, NOW)
    upsert = {"updateKey": {"field": "件名", "value": "件2"}, "record": {}}
    new = {"updateKey": {"field": "件名", "value": "新"}, "record": {}}
    with pytest.raises(NoPrivilegeError), session.begin_nested():
        upsert_records(session, SATO, app, [new, upsert], NOW)
    assert seen(session, app, OWNER, "額 = 7") == []
    assert seen(session, app, OWNER) == [1, 2, 3]


def test_an_administrator_of_the_site_is_bound_by_rights_on_records(session, app):
    restrict(session, app, record_right("", grants("USER", "suzuki", "viewable")))
    assert seen(session, app, Caller(SITE, "admin", "管理者", is_admin=True)) == []


@pytest.mark.parametrize(
    "who", [OWNER, Caller(SITE, "Administrator", "A", token_permissions={1: frozenset({"view", "edit", "delete"})})]
)
def test_the_owner_and_api_tokens_are_not(session, app, who):
    restrict(session, app, record_right("", grants(*EVERYONE)))
    assert seen(session, app, who) == [1, 2, 3]
    update_record(session, who, app, {"id": 1, "record": {}}, NOW)
    delete_records(session, who, app, [1], None, NOW)


def test_a_condition_the_form_has_outgrown_closes_the_records_it_could_be_about(session, app):
    restrict(
        session, app,
        record_right("額 > 250", grants(*EVERYONE, "viewable")),
        record_right("消えた項目 > 1", grants(*EVERYONE, "viewable")),
    )  # fmt: skip
    assert seen(session, app, SATO) == [3]


def make_moving(session, *rights):
    status = make_process("作成中", "済", actions=[{"name": "終了", "from": "作成中", "to": "済"}])
    made = make_app(session, status, 額=number())
    add_records(session, SATO, made, [{}, {}], NOW)
    restrict(session, made, *rights)
    return made


def test_whoever_sees_a_record_runs_actions_on_it_without_a_right_to_edit(session):
    app = make_moving(session, record_right("", grants("USER", "sato", "viewable")))
    assert change_status(session, SATO, app, {"id": 1, "action": "終了"}, NOW).revision == 3
    with pytest.raises(NoPrivilegeError):
        change_status(session, SUZUKI, app, {"id": 2, "action": "終了"}, NOW)


def test_assignees_of_a_hidden_record_can_t_be_set(session):
    app = make_moving(session, record_right("", grants("USER", "sato", "viewable")))
    with pytest.raises(NoPrivilegeError):
        set_assignees(session, Caller(SITE, "admin", "管理者", is_admin=True), app, {"id": 1, "assignees": []}, NOW)
