"""Records reach a state by the fewest actions."""

from __future__ import annotations

import pytest

from marketplace.kintone.process_paths import choose_assignee, needs_assignee, shortest_path

NOBODY = {"type": "ONE", "entities": []}


def process(*ways, assignee=NOBODY):
    names = list(dict.fromkeys(state for way in ways for state in (way[0], way[2])))
    states = {name: {"name": name, "index": str(index), "assignee": assignee} for index, name in enumerate(names)}
    actions = [{"name": act, "from": start, "to": end, "filterCond": rest} for start, act, end, *rest in ways]
    for action in actions:
        action["filterCond"] = "".join(action["filterCond"])
    return {"enable": True, "states": states, "actions": actions}


def names(path):
    return None if path is None else [action["name"] for action in path]


@pytest.mark.parametrize(
    ("start", "goal", "expected"),
    [("受付", "受付", []), ("受付", "完了", ["即決"]), ("審査", "完了", ["承認"]), ("完了", "受付", None)],
)
def test_the_shortest_way_is_taken(start, goal, expected):
    given = process(("受付", "送る", "審査"), ("審査", "承認", "完了"), ("受付", "即決", "完了"))
    assert names(shortest_path(given, start, goal)) == expected


def test_an_action_without_a_condition_is_preferred():
    given = process(("受付", "大口", "完了", "金額 > 100"), ("受付", "小口", "完了"))
    assert names(shortest_path(given, "受付", "完了")) == ["小口"]


def test_an_action_that_was_refused_is_passed_over():
    given = process(("受付", "即決", "完了"), ("受付", "送る", "審査"), ("審査", "承認", "完了"))
    assert names(shortest_path(given, "受付", "完了", {("受付", "即決")})) == ["送る", "承認"]


def test_an_unknown_state_can_not_be_reached():
    assert shortest_path(process(("受付", "送る", "審査")), "受付", "無い") is None


def test_a_state_with_candidates_needs_somebody_named():
    entity = {"entity": {"type": "USER", "code": "sato"}}
    given = process(("受付", "送る", "審査"), assignee={"type": "ONE", "entities": [entity]})
    assert needs_assignee(given, "審査")
    assert choose_assignee(given, "審査", {}) == "sato"


@pytest.mark.parametrize("kind", ["ANY", "ALL"])
def test_a_state_for_several_needs_nobody_named(kind):
    entity = {"entity": {"type": "USER", "code": "sato"}}
    assert not needs_assignee(process(("a", "b", "c"), assignee={"type": kind, "entities": [entity]}), "c")


@pytest.mark.parametrize(
    ("value", "expected"),
    [({"code": "ito", "name": "伊藤"}, "ito"), ([{"code": "abe"}, {"code": "ito"}], "abe"), ([], None), (None, None)],
)
def test_a_field_of_the_record_may_name_the_assignee(value, expected):
    entity = {"entity": {"type": "FIELD_ENTITY", "code": "担当"}}
    given = process(("a", "b", "c"), assignee={"type": "ONE", "entities": [entity]})
    assert choose_assignee(given, "c", {"担当": {"value": value}}) == expected
