"""Checks of process management: states, actions and the ways between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.names import check_code, check_condition
from marketplace.bundle.checks.place import Place, place_of
from marketplace.bundle.field_types import ENTITY_FIELD_TYPES
from marketplace.bundle.model import Finding, JsonObject, PartName
from marketplace.kernel.text import Text


def check_process(form: Form) -> Iterator[Finding]:
    """Yield what is wrong with an app's process; one that is switched off and empty passes."""
    process = form.app.part(PartName.PROCESS) or {}
    states: dict[str, JsonObject] = process.get("states") or {}
    actions: list[JsonObject] = process.get("actions") or []
    if not states:
        return
    place = place_of(form.app, PartName.PROCESS)
    first = first_state(states)
    yield from _check_states(states, first, form, place.at("states"))
    yield from _check_actions(states, actions, form, place.at("actions"))
    yield from _check_ways(states, actions, first, place)


def first_state(states: dict[str, JsonObject]) -> str:
    """Return the name of the state new records start in: the one with the lowest index."""
    return min(states, key=lambda name: int(states[name]["index"]))


def _check_states(states: dict[str, JsonObject], first: str, form: Form, place: Place) -> Iterator[Finding]:
    for name, state in states.items():
        where = place.at(name)
        if state["name"] != name:
            yield where.at("name").error(
                "process-state-name",
                Text(f"ステータス「{name}」のnameが「{state['name']}」です。", f"The state “{name}” has another name."),
                Text("見出しとnameを同じにしてください。", "Make the key and the name the same."),
            )
        for index, item in enumerate(state.get("assignee", {}).get("entities", ())):
            entity, spot = item["entity"], where.at("assignee", "entities", index, "entity")
            if entity["type"] == "CREATOR":
                yield spot.error(
                    "process-assignee-creator",
                    Text("作業者にCREATORは指定できません。", "CREATOR can't be an assignee."),
                    Text(
                        "FIELD_ENTITYで作成者フィールドを指定してください。",
                        "Name the creator's field with FIELD_ENTITY.",
                    ),
                )
            elif entity["type"] in {"FIELD_ENTITY", "CUSTOM_FIELD"}:
                yield from check_code(entity.get("code") or "", form, spot.at("code"), ENTITY_FIELD_TYPES)
    yield from _check_first(states[first], form, place.at(first))


def _check_first(state: JsonObject, form: Form, place: Place) -> Iterator[Finding]:
    assignee = state.get("assignee", {"type": "ONE", "entities": []})
    entities = [item["entity"] for item in assignee["entities"]]
    fields = [form.find(entity.get("code") or "") for entity in entities if entity["type"] == "FIELD_ENTITY"]
    is_creator = len(entities) == len(fields) == 1 and fields[0] is not None and fields[0].type == "CREATOR"
    if assignee["type"] != "ONE" or (entities and not is_creator):
        yield place.at("assignee").error(
            "process-first-state",
            Text(
                "最初のステータスの作業者は、なし、または作成者だけです。",
                "The first state has no assignee, or the creator.",
            ),
            Text(
                'typeを"ONE"にし、entitiesを空か、作成者フィールドのFIELD_ENTITYだけにしてください。',
                'Set the type to "ONE" and the entities to none, or to the creator\'s field.',
            ),
        )


def _check_actions(
    states: dict[str, JsonObject], actions: list[JsonObject], form: Form, place: Place
) -> Iterator[Finding]:
    counts = Counter((action["from"], action["name"]) for action in actions)
    for index, action in enumerate(actions):
        for end in ("from", "to"):
            if action[end] not in states:
                yield place.at(index, end).error(
                    "process-state-unknown",
                    Text(f"ステータス「{action[end]}」がありません。", f"There is no state “{action[end]}”."),
                    Text("statesにある名前に直してください。", "Use a name that stands under states."),
                )
        if counts[action["from"], action["name"]] > 1:
            yield place.at(index).error(
                "process-action-twice",
                Text(
                    f"ステータス「{action['from']}」に、アクション「{action['name']}」が2つあります。",
                    f"The state “{action['from']}” has two actions named “{action['name']}”.",
                ),
                Text("どちらかの名前を変えてください。", "Rename one of them."),
            )
        yield from check_condition(action.get("filterCond", ""), form, place.at(index, "filterCond"))


def _check_ways(
    states: dict[str, JsonObject], actions: list[JsonObject], first: str, place: Place
) -> Iterator[Finding]:
    ways: dict[str, set[str]] = {name: set() for name in states}
    for action in actions:
        if action["from"] in states and action["to"] in states:
            ways[action["from"]].add(action["to"])
    reached: set[str] = set()
    pending = [first]
    while pending:
        fresh = {pending.pop()} - reached
        reached |= fresh
        pending += [target for name in fresh for target in ways[name]]
    for name in states:
        if name not in reached:
            yield place.at("states", name).error(
                "process-state-unreachable",
                Text(f"ステータス「{name}」に進む方法がありません。", f"Nothing leads to the state “{name}”."),
                Text("そこへ進むアクションを加えるか、取り除いてください。", "Add an action, or remove the state."),
            )
    if all(ways[name] - {name} for name in reached):
        yield place.at("actions").warning(
            "process-without-end",
            Text("終わりのステータスに到達できません。", "No state that ends the process can be reached."),
            Text("先へ進むアクションのない、完了などのステータスを設けてください。", "Add a final state."),
        )
