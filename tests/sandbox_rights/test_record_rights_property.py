"""Whatever the rights on records, a list holds what a plain reading of the rules says, record by record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError
from marketplace.sandbox.models import Part
from marketplace.sandbox.query.errors import QueryFieldNotFoundError
from marketplace.sandbox.records.evaluating import evaluate_rights
from marketplace.sandbox.records.reading import get_record, list_records
from marketplace.sandbox.records.writing import add_record
from tests.sandbox_records.factories import NOW, values
from tests.sandbox_rights.factories import (
    EVERYONE,
    PARENTS,
    allows,
    field_right,
    grants,
    make_requests,
    person,
    record_right,
    set_rights,
)


@dataclass(frozen=True)
class Request:
    """One record as the plain reading knows it."""

    creator: str
    amount: int
    workers: frozenset[str]
    groups: frozenset[str]
    sections: frozenset[str]


REQUESTS = [
    Request(creator, amount, frozenset(workers), frozenset(groups), frozenset(sections))
    for creator, amount, workers, groups, sections in [
        ("sato", 50, ["sato"], [], []), ("suzuki", 150, ["sato", "suzuki"], ["kacho"], ["ka"]),
        ("sato", 250, [], ["madoguchi", "kacho"], ["jinjibu"]), ("suzuki", 350, ["suzuki"], ["everyone"], ["kakari"]),
        ("suzuki", 100, [], [], ["hoka", "ka"]),
    ]
]  # fmt: skip
CONDITIONS = {
    "": lambda _request, _who: True,
    "額 > 100": lambda request, _who: request.amount > 100,
    "額 <= 100": lambda request, _who: request.amount <= 100,
    '担当 in ("sato")': lambda request, _who: "sato" in request.workers,
    "担当 not in (LOGINUSER())": lambda request, who: who.code not in request.workers,
    '係 in ("kacho") or 額 = 50': lambda request, _who: "kacho" in request.groups or request.amount == 50,
}
CALLERS = [
    person("sato"), person("suzuki", groups=("kacho",)), person("sato", organizations=("kakari",)),
    person("suzuki", groups=("madoguchi",), organizations=("ka", "hoka")),
]  # fmt: skip
HOLDERS = [
    ("USER", "sato"), ("USER", "suzuki"), ("GROUP", "kacho"), ("GROUP", "madoguchi"), EVERYONE,
    ("ORGANIZATION", "jinjibu"),
    ("ORGANIZATION", "ka"), ("ORGANIZATION", "kakari"), ("FIELD_ENTITY", "担当"), ("FIELD_ENTITY", "係"),
    ("FIELD_ENTITY", "課"), ("FIELD_ENTITY", "作成者"), ("FIELD_ENTITY", "更新者"),
]  # fmt: skip
ENTITIES = st.builds(
    lambda holder, acts, subs: grants(*holder, *acts, subs=subs),
    st.sampled_from(HOLDERS),
    st.sets(st.sampled_from(["viewable", "editable", "deletable"])),
    st.booleans(),
)
RIGHTS = st.lists(
    st.builds(lambda condition, entities: record_right(condition, *entities), st.sampled_from(sorted(CONDITIONS)),
              st.lists(ENTITIES, max_size=4)),
    max_size=4,
)  # fmt: skip


def own_sections(who: Caller, *, subs: bool) -> set[str]:
    found = set(who.standing.organizations)
    while subs and (above := {PARENTS[code] for code in found} - {None} - found):
        found |= above
    return found


def applies(entity: dict[str, Any], request: Request, who: Caller) -> bool:
    kind, code = entity["entity"]["type"], entity["entity"]["code"]
    own_groups = {*who.standing.groups, "everyone"}
    sections = own_sections(who, subs=entity["includeSubs"])
    answers = {
        "USER": lambda: code == who.code,
        "GROUP": lambda: code in own_groups,
        "ORGANIZATION": lambda: code in sections,
        "担当": lambda: who.code in request.workers,
        "係": lambda: bool(own_groups & request.groups),
        "課": lambda: bool(sections & request.sections),
        "作成者": lambda: who.code == request.creator,
        "更新者": lambda: who.code == request.creator,
    }
    return answers[code if kind == "FIELD_ENTITY" else kind]()


def allowed(rights: list[dict[str, Any]], request: Request, who: Caller) -> dict[str, bool]:
    """Read the rules as they are told to people."""
    for right in rights:
        if CONDITIONS[right["filterCond"]](request, who):
            ordered = sorted(right["entities"], key=lambda each: each["entity"]["code"] == "everyone")
            for entity in ordered:
                if applies(entity, request, who):
                    sees = entity["viewable"]
                    return {name: sees and entity[name] for name in ("viewable", "editable", "deletable")}
            return dict.fromkeys(("viewable", "editable", "deletable"), False)
    return dict.fromkeys(("viewable", "editable", "deletable"), True)


@pytest.fixture
def app(session):
    made = make_requests(session)
    for request in REQUESTS:
        cells = {"担当": request.workers, "係": request.groups, "課": request.sections}
        chosen = {code: [{"code": each} for each in sorted(codes)] for code, codes in cells.items()}
        add_record(session, person(request.creator), made, values(額=request.amount, **chosen), NOW)
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rights=RIGHTS, who=st.sampled_from(CALLERS))
def test_a_list_holds_exactly_what_the_rules_say(session, app, rights, who):
    set_rights(session, app, Part.RECORD_ACL, *rights)
    expected = [allowed(rights, request, who) for request in REQUESTS]
    visible = [number for number, right in enumerate(expected, 1) if right["viewable"]]
    found = list_records(session, who, app, query="order by $id asc", total_count=True, now=NOW)
    assert [int(record["$id"]["value"]) for record in found.records] == visible
    assert found.total_count == len(visible)
    evaluated = evaluate_rights(session, who, app, range(1, len(REQUESTS) + 1), NOW)
    assert [answer["record"] for answer in evaluated] == expected
    for number in range(1, len(REQUESTS) + 1):
        if number in visible:
            get_record(session, who, app, number, NOW)
        else:
            with pytest.raises(NoPrivilegeError):
                get_record(session, who, app, number, NOW)


FIELD_HOLDERS = st.lists(
    st.builds(
        lambda holder, access, subs: allows(*holder, access, subs=subs),
        st.sampled_from(HOLDERS),
        st.sampled_from(["NONE", "READ", "WRITE"]),
        st.booleans(),
    ),
    max_size=4,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(holders=FIELD_HOLDERS, who=st.sampled_from(CALLERS))
def test_a_condition_holds_in_exactly_the_records_that_show_its_field(session, app, holders, who):
    set_rights(session, app, Part.FIELD_ACL, field_right("額", *holders))
    ordered = sorted(holders, key=lambda each: each["entity"]["code"] == "everyone")
    access = [
        next((each["accessibility"] for each in ordered if applies(each, request, who)), "NONE") for request in REQUESTS
    ]
    shown = [number for number, each in enumerate(access, 1) if each != "NONE"]
    records = list_records(session, who, app, query="order by $id asc", now=NOW).records
    assert [int(record["$id"]["value"]) for record in records if "額" in record] == shown
    evaluated = evaluate_rights(session, who, app, range(1, len(REQUESTS) + 1), NOW)
    assert [answer["fields"]["額"]["editable"] for answer in evaluated] == [each == "WRITE" for each in access]
    try:
        found = list_records(session, who, app, query="額 >= 0 order by $id asc", now=NOW).records
    except QueryFieldNotFoundError:
        found = []
    assert [int(record["$id"]["value"]) for record in found] == shown
