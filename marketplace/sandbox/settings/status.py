"""Process management: states, who works on them, and the actions between them."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import REQUIRED_PARAMETER, InvalidInputError
from marketplace.sandbox.models import Part, Stage
from marketplace.sandbox.query import parse_query
from marketplace.sandbox.settings.conditions import check_condition, preview_form
from marketplace.sandbox.settings.entities import check_entities, holder_shape, kept
from marketplace.sandbox.settings.following import follow, follow_conditions
from marketplace.sandbox.settings.named_items import NAME_DIFFERS, NAME_TAKEN, renumber
from marketplace.sandbox.settings.numbering import next_number, without_numbers
from marketplace.sandbox.settings.renames import Renames, identity, state_renames
from marketplace.sandbox.settings.shape_messages import NOT_ALLOWED_HERE
from marketplace.sandbox.settings.shapes import Digits, Flag, ListOf, MapOf, Obj, Txt, may, need, one_of, read_shape
from marketplace.sandbox.settings.standard_fields import code_of_type
from marketplace.sandbox.settings.states_in_use import find_state_in_use
from marketplace.sandbox.settings.store import Document, Preview, read_part

UNKNOWN_STATE = Text("指定したステータスが見つかりません。", "The specified status is not found.")
FIRST_STATE = Text(
    "最初のステータスの作業者には、空または作成者だけを指定できます。",
    "The first status may have no assignee, or the creator only.",
)

NOT_BY_STATUS = Text(
    "アクションの条件には、ステータスを指定できません。", "The condition of an action cannot be about the status."
)
STATE_IN_USE = Text(
    "このステータスのレコードがあるため、ステータスを削除できません。",
    "The status cannot be deleted because records are in it.",
)

_NAME = Txt(longest=64, shortest=1)
_ASSIGNEE = Obj(
    {
        "type": need(one_of("ONE ALL ANY")),
        "entities": need(ListOf(holder_shape("USER GROUP ORGANIZATION FIELD_ENTITY CREATOR CUSTOM_FIELD"))),
    }
)
_STATE = Obj({"name": may(_NAME), "index": need(Digits(most=100_000)), "assignee": may(_ASSIGNEE)})
_ACTION = Obj({"name": need(_NAME), "from": need(_NAME), "to": need(_NAME), "filterCond": may(Txt(), otherwise="")})
SHAPE = Obj(
    {"enable": kept(Flag()), "states": kept(MapOf(_STATE, most=1000)), "actions": kept(ListOf(_ACTION, most=1000))}
)


def change_status(preview: Preview, body: object) -> None:
    """Change process management; states and actions left out stay as they are.

    Raises InvalidInputError, the errors of the query language and those of unknown users.
    """
    given = read_shape(SHAPE, body)
    before = preview.read(Part.STATUS)
    document = preview.read(Part.STATUS)
    if "states" in given:
        document["states"] = _settle_states(preview, given["states"], before["states"] or {})
        _require_unused(preview, document)
    renames = state_renames(preview.properties(), before, document)
    if "actions" in given:
        document["actions"] = given["actions"]
    elif document["actions"]:
        _follow(document["actions"], renames)
    document["enable"] = given.get("enable", document["enable"])
    if document["enable"] and not document["states"]:
        raise InvalidInputError({"states": [REQUIRED_PARAMETER]})
    if document["states"] is not None:
        document["actions"] = document["actions"] or []
    # The fields of the process exist from here on, and conditions may name states.
    _switch_fields(preview, enabled=document["enable"])
    preview.write(Part.STATUS, document)
    follow(preview, renames, "states")
    if before["enable"] and not document["enable"]:
        follow_conditions(preview, Renames(gone=_process_codes(preview)))
    _check_actions(preview, preview.read(Part.STATUS))


def shown_status(document: Document) -> Document:
    """Return the process as answers show it, without our own numbers."""
    states = document["states"]
    return {**document, "states": states if states is None else without_numbers(states)}


def _settle_states(preview: Preview, given: dict[str, Document], old: dict[str, Document]) -> dict[str, Document]:
    creator = code_of_type(preview.properties(), "CREATOR")
    states: dict[str, Document] = {}
    for former, state in given.items():
        name = state.setdefault("name", former)
        if former not in old and name != former:
            raise InvalidInputError({f"states[{former}].name": [NAME_DIFFERS]})
        if name in states:
            raise InvalidInputError({f"states[{former}].name": [NAME_TAKEN]})
        state["$id"] = identity(former, old[former]) if former in old else next_number(preview)
        by_creator = {"entity": {"type": "FIELD_ENTITY", "code": creator}, "includeSubs": False}
        state.setdefault("assignee", {"type": "ONE", "entities": [by_creator]})
        states[name] = state
    if not states:
        raise InvalidInputError({"states": [REQUIRED_PARAMETER]})
    renumber(states)
    for name, state in states.items():
        _check_assignee(preview, state, f"states[{name}].assignee", creator)
    return states


def _check_assignee(preview: Preview, state: Document, key: str, creator: str) -> None:
    entities = [holder["entity"] for holder in state["assignee"]["entities"]]
    for index, entity in enumerate(entities):
        if entity["type"] == "CREATOR":
            raise InvalidInputError({f"{key}.entities[{index}].entity.type": [NOT_ALLOWED_HERE]})
        if not entity["code"]:
            raise InvalidInputError({f"{key}.entities[{index}].entity.code": [REQUIRED_PARAMETER]})
    if state["index"] == "0":
        by_creator = [{"type": "FIELD_ENTITY", "code": creator}]
        if state["assignee"]["type"] != "ONE" or entities not in (by_creator, []):
            raise InvalidInputError({key: [FIRST_STATE]})
    check_entities(preview, entities)


def _require_unused(preview: Preview, document: Document) -> None:
    """Refuse to delete a state that records are in."""
    live = read_part(preview.session, preview.app, Stage.LIVE, Part.STATUS)
    used = find_state_in_use(preview.session, preview.app, live, document)
    if used is not None:
        raise InvalidInputError({f"states[{used}]": [STATE_IN_USE]})


def _process_codes(preview: Preview) -> frozenset[str]:
    """Return the codes of the fields that can't be asked about while the process is off."""
    properties = preview.properties()
    return frozenset(code_of_type(properties, kind) for kind in ("STATUS", "STATUS_ASSIGNEE"))


def _follow(actions: list[dict[str, Any]], renames: Renames) -> None:
    names = next(iter(renames.values.values()), {})
    for action in actions:
        for end in ("from", "to"):
            action[end] = names.get(action[end]) or action[end]


def _check_actions(preview: Preview, document: Document) -> None:
    form, status = preview_form(preview), code_of_type(preview.properties(), "STATUS")
    for index, action in enumerate(document["actions"] or []):
        for end in ("from", "to"):
            if action[end] not in (document["states"] or {}):
                raise InvalidInputError({f"actions[{index}].{end}": [UNKNOWN_STATE]})
        key = f"actions[{index}].filterCond"
        check_condition(preview, action["filterCond"], key, form)
        _refuse_status(action["filterCond"], key, status)
        action["type"] = "PRIMARY"
    preview.write(Part.STATUS, document)


def _refuse_status(condition: str, key: str, status: str) -> None:
    """Refuse a step that depends on the state of the record: that is what `from` is for."""
    if condition.strip() and any(each.field.code == status for each in parse_query(condition).comparisons):
        raise InvalidInputError({key: [NOT_BY_STATUS]})


def _switch_fields(preview: Preview, *, enabled: bool) -> None:
    properties = preview.properties()
    for property_ in properties.values():
        if property_["type"] in {"STATUS", "STATUS_ASSIGNEE"}:
            property_["enabled"] = enabled
    preview.write(Part.FIELDS, {"properties": properties})
