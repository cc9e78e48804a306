"""The process of an app: its states, who works on a record in each, and the actions between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template

from marketplace.kernel.text import Text
from marketplace.sandbox.models import Part
from marketplace.web.app_settings.frame import frame_of, manage, pages
from marketplace.web.app_settings.words import Names, names_of, who
from marketplace.web.app_sheets import states_of
from marketplace.workspaces.app_settings.holders import list_holders

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

Document = dict[str, Any]

ASSIGNEES: dict[str, Text] = {
    "ONE": Text("候補から1人を選ぶ", "One of them is chosen"),
    "ALL": Text("全員の操作が必要", "All of them must act"),
    "ANY": Text("誰か1人の操作でよい", "Any one of them may act"),
}


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state: how many must act, and who."""

    name: str
    rule: Text | None
    people: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One way from a state to another."""

    name: str
    before: str
    after: str
    condition: str


@pages.get("/w/<workspace_id>/k/<int:app_id>/settings/process")
def show_process(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show the process."""
    managed = manage(workspace_id, app_id)
    process = managed.read(Part.STATUS)
    return render_template(
        "app_settings/process.html",
        frame=frame_of(managed),
        states=states_of(process),
        rows=list(_states(process, names_of(list_holders(managed)))),
        actions=[
            ActionRow(str(each["name"]), str(each["from"]), str(each["to"]), str(each.get("filterCond") or ""))
            for each in process.get("actions") or []
        ],
    )


def _states(process: Document, names: Names) -> Iterator[StateRow]:
    states: Document = process.get("states") or {}
    for name, state in sorted(states.items(), key=lambda item: int(item[1].get("index", 0))):
        assignee = state.get("assignee") or {}
        people = tuple(who(each["entity"], names) for each in assignee.get("entities") or [])
        yield StateRow(name, ASSIGNEES.get(str(assignee.get("type"))) if people else None, people)
