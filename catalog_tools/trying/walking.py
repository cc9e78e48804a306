"""Walks the process of an installed app by its API: to every end, and over every button.

That each state can be reached the install has shown: it led a sample record there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog_tools.trying.workshop import Installed
from marketplace.bundle.conditions import read_comparisons
from marketplace.bundle.field_types import SELECTION_KINDS
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.kintone.client import StatusChange
from marketplace.kintone.errors import KintoneError
from marketplace.kintone.process_paths import first_state, shortest_path

NOT_COPIED = frozenset(
    {
        *("CALC", "REFERENCE_TABLE", "GROUP", "STATUS", "STATUS_ASSIGNEE", "CATEGORY", "FILE", "RECORD_NUMBER"),
        *("CREATOR", "CREATED_TIME", "MODIFIER", "UPDATED_TIME", "__ID__", "__REVISION__"),
    },
)

MOST_TRIED = 5
"""So many samples are led to a button before it is said to work on none."""


def walk_process(installed: Installed, app: AppDefinition) -> Iterator[str]:
    """Yield which states can't be reached from the first one, and which buttons don't work."""
    process = app.part(PartName.PROCESS) or {}
    if process.get("enable"):
        yield from _Walk(installed, app, process).go()


def asks_for_people(app: AppDefinition) -> bool:
    """Tell whether a button asks for people in a field that holds nobody before the municipality has chosen."""
    actions = (app.part(PartName.PROCESS) or {}).get("actions", ())
    asked = {comparison.field for action in actions for comparison in read_comparisons(action["filterCond"])}
    fields = (app.fields[code] for code in asked & app.fields.keys())
    return any(field["type"] in SELECTION_KINDS and not field["defaultValue"] for field in fields)


@dataclass(slots=True)
class _Walk:
    installed: Installed
    app: AppDefinition
    process: JsonObject
    pressed: set[str] = field(default_factory=set)
    copies: int = 0

    def go(self) -> Iterator[str]:
        first = first_state(self.process)
        ends = self.process["states"].keys() - {action["from"] for action in self.process["actions"]}
        for state in sorted(ends):
            if not self._lead(state, first):
                yield f"{self.app.key}: no record can be led from “{first}” to “{state}” by the buttons"
        for action in self.process["actions"]:
            if action["name"] not in self.pressed and not self._press(action, first):
                yield (
                    f"{self.app.key}: the button “{action['name']}” works on no sample record in “{action['from']}”; "
                    "give one the values that its condition asks for"
                )

    def _lead(self, goal: str, first: str) -> bool:
        """Lead a copy of a sample that stands in the state, else of any, there from the first state on."""
        samples = self._records(f'ステータス in ("{goal}")')[:3] or self._records("")[:MOST_TRIED]
        return any(self._follow(self._copy(record), first, goal) for record in samples)

    def _press(self, action: JsonObject, first: str) -> bool:
        """Press a button on a record in its state, or on a copy led there."""
        condition = f"({action['filterCond']})" if action["filterCond"] else ""
        here = " and ".join(part for part in (f'ステータス in ("{action["from"]}")', condition) if part)
        for record in self._records(here)[:1]:
            if self._act(record["$id"]["value"], action):
                return True
        for record in self._records(condition)[:MOST_TRIED] or self._records(""):
            copy = self._copy(record)
            if copy and self._follow(copy, first, action["from"]) and self._act(copy, action):
                return True
        return self._fill_in_and_press(action, condition)

    def _fill_in_and_press(self, action: JsonObject, condition: str) -> bool:
        """Fill in what a button asks for, as in a sample that has it, on a record that stands before the button."""
        donors = self._records(condition)[:1]
        waiting = self._records(f'ステータス in ("{action["from"]}")')[:1]
        if not condition or not donors or not waiting:
            return False
        codes = {comparison.field for comparison in read_comparisons(action["filterCond"])} & self.app.fields.keys()
        values = {code: {"value": donors[0][code]["value"]} for code in codes}
        record_id = waiting[0]["$id"]["value"]
        return self._write(record_id, values) and self._act(record_id, action)

    def _follow(self, record_id: str | None, start: str, goal: str) -> bool:
        """Lead a record to a state by the fewest buttons, and around those that its values don't allow."""
        refused: set[tuple[str, str]] = set()
        state = start
        while record_id and state != goal:
            path = shortest_path(self.process, state, goal, refused)
            if not path:
                return False
            if self._act(record_id, path[0]):
                state = path[0]["to"]
            else:
                refused.add((state, path[0]["name"]))
        return record_id is not None

    def _act(self, record_id: str, action: JsonObject) -> bool:
        """Press a button; where it asks for people, whom no sample names before the install, with the walker there."""
        if self._change(record_id, action):
            return True
        values = {
            comparison.field: {"value": [{"code": self.installed.walker[type_]}]}
            for comparison in read_comparisons(action["filterCond"])
            if (type_ := self.app.fields.get(comparison.field, {}).get("type")) in self.installed.walker
        }
        return bool(values) and self._write(record_id, values) and self._change(record_id, action)

    def _write(self, record_id: str, values: JsonObject) -> bool:
        body = {"app": self.installed.progress.app_ids[self.app.key], "id": record_id, "record": values}
        try:
            self.installed.client.call("PUT", "record.json", body=body)
        except KintoneError:
            return False
        return True

    def _change(self, record_id: str, action: JsonObject) -> bool:
        try:
            self.installed.client.change_statuses(
                self.installed.progress.app_ids[self.app.key],
                [StatusChange(record_id, action["name"], None)],
            )
        except KintoneError:
            return False
        self.pressed.add(action["name"])
        return True

    def _records(self, condition: str) -> list[JsonObject]:
        return self.installed.records(self.app, condition)

    def _copy(self, record: JsonObject) -> str | None:
        """Add a record with the values of another, but its own unique ones."""
        self.copies += 1
        values = {code: {"value": cell["value"]} for code, cell in record.items() if self._is_given(code, cell)}
        for code, definition in self.app.fields.items():
            if definition.get("unique") and code in values:
                values[code] = {"value": f"walk-{self.copies}" if definition["type"] != "NUMBER" else str(self.copies)}
        try:
            (made,) = self.installed.client.add_records(self.installed.progress.app_ids[self.app.key], [values])
        except KintoneError:
            return None
        return made

    def _is_given(self, code: str, cell: JsonObject) -> bool:
        definition = self.app.fields.get(code, {})
        copied = {
            mapping["field"]
            for other in self.app.fields.values()
            for mapping in other.get("lookup", {}).get("fieldMappings", ())
        }
        return cell["type"] not in NOT_COPIED and not definition.get("expression") and code not in copied
