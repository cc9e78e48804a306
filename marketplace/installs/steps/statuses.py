"""Moves sample records to their states by running actions; a record that may not move stays and is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from marketplace.bundle.model import JsonObject
from marketplace.installs.models import StepKind
from marketplace.installs.steps.act import Act, Scene
from marketplace.installs.steps.records import IN_ORDER
from marketplace.kintone.client import RECORDS_PER_CALL, KintoneError, StatusChange
from marketplace.kintone.process_paths import choose_assignee, needs_assignee, shortest_path
from marketplace.kintone.samples import wanted_statuses
from marketplace.kintone.translation import process_body

MAY_NOT_MOVE = frozenset({"GAIA_IL03", "GAIA_NT01", "GAIA_SA01", "GAIA_SA04", "GAIA_IL26"})
"""A condition of the action, or an assignee who is not the installer: the record is fine, it only stays behind."""


@dataclass(slots=True)
class Move:
    """A record on its way: the actions still to run."""

    record_id: str
    record: JsonObject
    path: list[JsonObject]
    refused: set[tuple[str, str]] = field(default_factory=set)
    """State and name of the actions that this record may not take."""


def perform(scene: Scene, _intent: JsonObject, *, resumed: bool) -> JsonObject:  # noqa: ARG001 - the shape of every act
    """Bring each sample record from the state it is in to the state it should be in."""
    process = process_body(scene.app, scene.target) or {"states": {}, "actions": []}
    moves = _moves(scene, process)
    left: list[JsonObject] = []
    while any(move.path for move in moves):
        for group in _same_action(moves):
            for start in range(0, len(group), RECORDS_PER_CALL):
                left += _run(scene, process, group[start : start + RECORDS_PER_CALL])
    return {"moved": len(moves) - len(left), "left": left}


def _moves(scene: Scene, process: JsonObject) -> list[Move]:
    ids = scene.outcomes[StepKind.RECORDS, scene.app_key]["ids"]
    wanted = {str(record_id): state for record_id, state in zip(ids, wanted_statuses(scene.app), strict=True) if state}
    found: list[Move] = []
    for record in scene.client.get_records(scene.app_id, IN_ORDER):
        record_id = str(record["$id"]["value"])
        present = next((cell["value"] for cell in record.values() if cell.get("type") == "STATUS"), None)
        if present is not None and record_id in wanted:
            path = shortest_path(process, str(present), wanted[record_id]) or []
            found.append(Move(record_id, record, path))
    return found


def _same_action(moves: Sequence[Move]) -> list[list[Move]]:
    """Group the records whose next action is the same."""
    groups: defaultdict[tuple[str, str], list[Move]] = defaultdict(list)
    for move in moves:
        if move.path:
            groups[move.path[0]["from"], move.path[0]["name"]].append(move)
    return list(groups.values())


def _run(scene: Scene, process: JsonObject, moves: Sequence[Move]) -> list[JsonObject]:
    """Run the next action on all of them at once; when kintone refuses, find out one by one who may not move."""
    try:
        scene.client.change_statuses(scene.app_id, [_change(process, move) for move in moves])
    except KintoneError as error:
        if error.code not in MAY_NOT_MOVE:
            raise
        if len(moves) > 1:
            return [left for move in moves for left in _run(scene, process, [move])]
        return _turn_back(process, moves[0], error)
    for move in moves:
        move.path = move.path[1:]
    return []


def _turn_back(process: JsonObject, move: Move, error: KintoneError) -> list[JsonObject]:
    """Lead a record another way, for conditions may close the shortest; without one it stays where it is."""
    action, goal = move.path[0], str(move.path[-1]["to"])
    move.refused.add((action["from"], action["name"]))
    move.path = shortest_path(process, action["from"], goal, move.refused) or []
    return [] if move.path else [{"record": move.record_id, "wanted": goal, "code": error.code}]


def _change(process: JsonObject, move: Move) -> StatusChange:
    action = move.path[0]
    state = str(action["to"])
    assignee = choose_assignee(process, state, move.record) if needs_assignee(process, state) else None
    return StatusChange(record_id=move.record_id, action=str(action["name"]), assignee=assignee)


ACT = Act(perform=perform)
