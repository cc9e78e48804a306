"""Finds the actions that lead a record from one state of a process to another."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Container, Mapping, Sequence
from math import ceil
from typing import Any

from marketplace.bundle.model import JsonObject
from marketplace.kintone.client import RECORDS_PER_CALL

ONE = "ONE"


def first_state(process: JsonObject) -> str:
    """Return the name of the state new records start in: the one with the lowest index."""
    states: Mapping[str, JsonObject] = process["states"]
    return min(states, key=lambda name: int(states[name]["index"]))


def shortest_path(
    process: JsonObject, start: str, goal: str, refused: Container[tuple[str, str]] = ()
) -> list[JsonObject] | None:
    """Return the fewest actions from one state to another, unconditional ones first; None without a way.

    Actions that were refused (state and name) are passed over.
    """
    open_to_all = sorted(process.get("actions") or [], key=lambda action: bool(action.get("filterCond")))
    actions = [action for action in open_to_all if (action["from"], action["name"]) not in refused]
    came_by: dict[str, JsonObject | None] = {start: None}
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        if state == goal:
            return _trace(came_by, goal)
        for action in actions:
            if action["from"] == state and action["to"] not in came_by:
                came_by[action["to"]] = action
                waiting.append(action["to"])
    return None


def count_calls(paths: Sequence[Sequence[JsonObject]]) -> int:
    """Return how many calls it takes to lead records along their paths, those with the same next action together."""
    calls = 0
    for number in range(max(map(len, paths), default=0)):
        together = Counter((path[number]["from"], path[number]["name"]) for path in paths if len(path) > number)
        calls += sum(ceil(count / RECORDS_PER_CALL) for count in together.values())
    return calls


def _trace(came_by: Mapping[str, JsonObject | None], goal: str) -> list[JsonObject]:
    path: list[JsonObject] = []
    action = came_by[goal]
    while action is not None:
        path.insert(0, action)
        action = came_by[action["from"]]
    return path


def needs_assignee(process: JsonObject, state: str) -> bool:
    """Tell whether moving a record to a state has to name who takes it over."""
    assignee = _assignee(process, state)
    return assignee.get("type", ONE) == ONE and bool(assignee.get("entities"))


def choose_assignee(process: JsonObject, state: str, record: JsonObject) -> str | None:
    """Return a user who may take a record over: one named, or one that a field of the record names; else None."""
    for entry in _assignee(process, state).get("entities") or []:
        entity = entry["entity"]
        if entity["type"] == "USER":
            return str(entity["code"])
        user = _user_in((record.get(str(entity.get("code"))) or {}).get("value"))
        if user is not None:
            return user
    return None


def _assignee(process: JsonObject, state: str) -> JsonObject:
    return process["states"].get(state, {}).get("assignee") or {}


def _user_in(value: Any) -> str | None:
    first = value[0] if isinstance(value, list) and value else value
    return str(first["code"]) if isinstance(first, dict) and first.get("code") else None


def is_enabled(process: JsonObject | None) -> bool:
    """Tell whether an app works by a process."""
    return bool(process and process.get("enable"))
