"""Where rights reach beyond reading and writing: lookups, processes, queries about oneself, the cost of a call."""

from __future__ import annotations

import pytest

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError
from marketplace.sandbox.models import AppSettings, Part, PrincipalKind, Stage
from marketplace.sandbox.people.services import disable_user, set_members
from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.errors import AssigneeNotAllowedError, LookupFailedError
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.process import change_status
from marketplace.sandbox.records.reading import get_record, list_records
from marketplace.sandbox.records.writing import add_record, add_records, update_record
from tests.sandbox_records.factories import NOW, SITE, field, lookup, make_app, make_process, number, text, values
from tests.sandbox_records.test_cost import counting
from tests.sandbox_rights.factories import (
    EVERYONE,
    OWNER,
    allows,
    field_right,
    grants,
    holder,
    make_people,
    make_requests,
    person,
    record_right,
    set_rights,
)

SATO = person("sato")
APP_RIGHTS = ("appEditable", "recordViewable", "recordAddable", "recordEditable", "recordDeletable",
              "recordImportable", "recordExportable")  # fmt: skip


def app_right(kind, code, *flags, subs=False):
    return holder(kind, code, subs=subs, **{flag: flag in flags for flag in APP_RIGHTS})


VIEW_AND_EDIT = ("recordViewable", "recordEditable")


@pytest.mark.parametrize(
    ("right", "who", "granted"),
    [
        (app_right("USER", "sato", *VIEW_AND_EDIT), SATO, True),
        (app_right("USER", "suzuki", *VIEW_AND_EDIT), SATO, False),
        (app_right("GROUP", "kacho", *VIEW_AND_EDIT), person("sato", groups=("kacho",)), True),
        (app_right("ORGANIZATION", "ka", *VIEW_AND_EDIT), person("sato", organizations=("kakari",)), False),
        (app_right("ORGANIZATION", "ka", *VIEW_AND_EDIT, subs=True), person("sato", organizations=("kakari",)), True),
        (app_right("CREATOR", None, *VIEW_AND_EDIT), person("admin"), True),
        (app_right("CREATOR", None, *VIEW_AND_EDIT), SATO, False),
        (app_right(*EVERYONE, *VIEW_AND_EDIT), SATO, True),
        (app_right("USER", "sato", "recordEditable"), SATO, False),
    ],
)
def test_a_right_on_the_app_is_held_by(session, right, who, granted):
    app = make_app(session)
    set_rights(session, app, Part.APP_ACL, right)
    assert policy.may(session, who, app, "edit") is granted


def test_everyone_s_right_on_the_app_comes_last_wherever_it_is_written(session):
    app = make_app(session)
    set_rights(session, app, Part.APP_ACL, app_right(*EVERYONE, "recordViewable"), app_right("USER", "sato"))
    with pytest.raises(NoPrivilegeError):
        list_records(session, SATO, app, now=NOW)
    list_records(session, person("suzuki"), app, now=NOW)


@pytest.mark.parametrize("permission", sorted(policy.RIGHT_OF_PERMISSION))
def test_each_permission_is_a_right_of_its_own_and_administrators_hold_all(session, permission):
    app = make_app(session)
    set_rights(session, app, Part.APP_ACL, app_right(*EVERYONE))
    with pytest.raises(NoPrivilegeError):
        require(session, SATO, app, permission)
    require(session, Caller(SITE, "admin", "管理者", is_admin=True), app, permission)
    require(session, OWNER, app, permission)
    needed = {policy.RIGHT_OF_PERMISSION[each] for each in (permission, policy.ALSO_NEEDS.get(permission, permission))}
    set_rights(session, app, Part.APP_ACL, app_right(*EVERYONE, *needed))
    require(session, SATO, app, permission)


def test_nobody_adds_or_deletes_without_the_right_on_the_app(session):
    app = make_app(session, 額=number())
    set_rights(session, app, Part.APP_ACL, app_right(*EVERYONE, "recordViewable"))
    add_record(session, OWNER, app, {}, NOW)
    for act in (
        lambda: add_record(session, SATO, app, {}, NOW),
        lambda: update_record(session, SATO, app, {"id": 1, "record": {}}, NOW),
        lambda: delete_records(session, SATO, app, [1], None, NOW),
    ):
        with pytest.raises(NoPrivilegeError):
            act()


@pytest.fixture
def source(session):
    make_people(session)
    made = make_app(session, 番号=text(unique=True), 名称=text(), 担当=field("USER_SELECT"))
    add_records(
        session, OWNER, made, [values(番号="a", 名称="あ", 担当=[{"code": "sato"}]), values(番号="b", 名称="い")], NOW
    )
    return made


@pytest.fixture
def orders(session, source):
    return make_app(session, 参照=lookup(source, "番号", 写し="名称"), 写し=text())


def look_up(session, app, who, key):
    number = add_record(session, who, app, values(参照=key), NOW).record_id
    return get_record(session, OWNER, app, number, NOW)["写し"]["value"]


def close_app(session, app):
    set_rights(session, app, Part.APP_ACL, app_right(*EVERYONE))


def hide_records(session, app):
    set_rights(session, app, Part.RECORD_ACL, record_right("", grants("FIELD_ENTITY", "担当", "viewable")))


def hide_key(session, app):
    set_rights(session, app, Part.FIELD_ACL, field_right("番号", allows(*EVERYONE, "NONE")))


def hide_value(session, app):
    set_rights(session, app, Part.FIELD_ACL, field_right("名称", allows(*EVERYONE, "NONE")))


@pytest.mark.parametrize("close", [close_app, hide_records, hide_key, hide_value])
def test_a_lookup_finds_nothing_the_caller_may_not_see(session, source, orders, close):
    assert look_up(session, orders, SATO, "b") == "い"
    close(session, source)
    with pytest.raises(LookupFailedError):
        look_up(session, orders, SATO, "b")
    assert look_up(session, orders, OWNER, "b") == "い"


def test_a_lookup_copies_a_field_shown_in_some_records_from_those_only(session, source, orders):
    set_rights(session, source, Part.FIELD_ACL, field_right("名称", allows("FIELD_ENTITY", "担当", "READ")))
    assert look_up(session, orders, SATO, "a") == "あ"
    with pytest.raises(LookupFailedError):
        look_up(session, orders, SATO, "b")


@pytest.mark.parametrize(("reach", "found"), [({1, 2}, True), ({2}, False)])
def test_a_token_looks_up_in_apps_it_may_read_only(session, source, orders, reach, found):
    permissions = {number: frozenset({"view", "add"}) for number in reach}
    who = Caller(SITE, "Administrator", "A", token_permissions=permissions)
    if found:
        assert look_up(session, orders, who, "a") == "あ"
    else:
        with pytest.raises(LookupFailedError):
            look_up(session, orders, who, "a")


SUBMIT = {"name": "提出", "from": "作成中", "to": "確認中"}


def make_moving(session, kind, *entities):
    state = {"type": kind, "entities": list(entities)}
    status = make_process("作成中", "確認中", actions=[SUBMIT], 確認中=state)
    app = make_app(session, status, 係=field("GROUP_SELECT"), 課=field("ORGANIZATION_SELECT"))
    add_record(session, OWNER, app, values(係=[{"code": "kacho"}], 課=[{"code": "ka"}]), NOW)
    return app


@pytest.mark.parametrize(
    ("entity", "codes"),
    [
        (holder("GROUP", "kacho"), ["sato", "suzuki"]),
        (holder("GROUP", "everyone"), ["admin", "sato", "suzuki"]),
        (holder("ORGANIZATION", "jinjibu"), []),
        (holder("ORGANIZATION", "jinjibu", subs=True), ["suzuki"]),
        (holder("ORGANIZATION", "ka"), ["suzuki"]),
        (holder("FIELD_ENTITY", "係"), ["sato", "suzuki"]),
        (holder("FIELD_ENTITY", "課"), ["suzuki"]),
        (holder("CUSTOM_FIELD", "作成者"), ["Administrator"]),
    ],
)
def test_groups_organisations_and_fields_name_the_workers_of_a_state(session, entity, codes):
    make_people(session)
    set_members(session, SITE, PrincipalKind.GROUP, "kacho", ["sato", "suzuki"])
    set_members(session, SITE, PrincipalKind.ORGANIZATION, "ka", ["suzuki"])
    app = make_moving(session, "ANY", entity)
    change_status(session, OWNER, app, {"id": 1, "action": "提出"}, NOW)
    assert [each["code"] for each in get_record(session, OWNER, app, 1, NOW)["作業者"]["value"]] == codes


def test_one_of_a_group_is_chosen_and_nobody_else(session):
    make_people(session)
    set_members(session, SITE, PrincipalKind.GROUP, "kacho", ["sato", "suzuki"])
    disable_user(session, SITE, "suzuki", NOW)
    app = make_moving(session, "ONE", holder("GROUP", "kacho"))
    for code in ("suzuki", "admin"):
        with pytest.raises(AssigneeNotAllowedError):
            change_status(session, OWNER, app, {"id": 1, "action": "提出", "assignee": code}, NOW)
    change_status(session, OWNER, app, {"id": 1, "action": "提出", "assignee": "sato"}, NOW)


@pytest.mark.parametrize(
    ("who", "numbers"),
    [
        (person("sato", organizations=("ka", "jinjibu"), primary="ka"), [1]),
        (person("sato", organizations=("ka",)), [1, 2]),
        (SATO, [1, 2]),
    ],
)
def test_a_query_may_ask_for_one_s_primary_organisation(session, who, numbers):
    app = make_requests(session)
    add_records(session, OWNER, app, [values(課=[{"code": "ka"}]), values(課=[{"code": "jinjibu"}])], NOW)
    found = list_records(session, who, app, query="課 in (PRIMARY_ORGANIZATION()) order by $id asc", now=NOW).records
    assert [int(record["$id"]["value"]) for record in found] == numbers


def test_rights_on_records_and_fields_cost_no_further_statement(session):
    app = make_requests(session)
    add_records(session, OWNER, app, [values(額=n, 担当=[{"code": "sato"}]) for n in range(100)], NOW)

    def cost(act):
        with counting(session) as statements:
            act()
        return len(statements)

    names = iter("甲乙")
    acts = [
        lambda: list_records(session, SATO, app, query="額 >= 0", total_count=True, now=NOW),
        lambda: get_record(session, SATO, app, 1, NOW),
        lambda: update_record(session, SATO, app, {"id": 1, "record": values(件名=next(names))}, NOW),
        lambda: add_record(session, SATO, app, {}, NOW),
    ]
    session.merge(AppSettings(app_pk=app.pk, stage=Stage.LIVE, part=Part.APP_ACL, document={"rights": [
        app_right(*EVERYONE, *APP_RIGHTS)
    ]}))  # fmt: skip
    session.flush()
    before = [cost(act) for act in acts]
    by_field = grants("FIELD_ENTITY", "担当", "viewable", "editable")
    set_rights(session, app, Part.RECORD_ACL, record_right("額 >= 0", by_field), record_right("", by_field))
    set_rights(session, app, Part.FIELD_ACL, field_right("額", allows("FIELD_ENTITY", "担当", "WRITE")))
    assert [cost(act) for act in acts] == before
