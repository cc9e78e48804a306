"""@process: states, who works in them, and the buttons between them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog_tools.parts.conditions import Shorthands
from catalog_tools.parts.fields import FormSource
from catalog_tools.parts.links import names
from catalog_tools.parts.people import Person
from catalog_tools.source.errors import Line, read_each
from catalog_tools.source.reading import Block, Section
from marketplace.bundle.model import JsonObject

ACTION = re.compile(r"(?P<from>.+?) -> (?P<to>[^:]+?)\s*:\s*(?P<name>.+?)(?: if (?P<condition>.+))?")
PEOPLE_TYPES = frozenset({"USER_SELECT", "GROUP_SELECT", "ORGANIZATION_SELECT"})


@dataclass(slots=True)
class ProcessSource:
    """The process of an app; without states it has none."""

    states: list[str] = field(default_factory=list)
    finals: list[str] = field(default_factory=list)
    assigned: dict[str, list[JsonObject]] = field(default_factory=dict)
    actions: list[JsonObject] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)

    def part(self) -> JsonObject | None:
        """Return process.json."""
        if not self.states:
            return None
        states = {
            name: {"name": name, "index": str(index), "assignee": self._assignee(name)}
            for index, name in enumerate(self.states)
        }
        return {"enable": True, "states": states, "actions": self.actions}

    def _assignee(self, name: str) -> JsonObject:
        entities = self.assigned.get(name, [])
        return {"type": "ANY" if entities else "ONE", "entities": entities}


def target_of(name: str, people: dict[str, Person], form: FormSource, line: Line) -> JsonObject:
    """Return whom a name means: a placeholder, or a field for people. Raises SourceError."""
    if name in people:
        return {"type": people[name].kind, "code": f"{{{{{name}}}}}"}
    if form.type_of(name) in PEOPLE_TYPES or name in {"作成者", "更新者"}:
        return {"type": "FIELD_ENTITY", "code": name}
    fields = [code for code in form.properties if form.type_of(code) in PEOPLE_TYPES]
    raise line.error(
        f"“{name}” is neither in @people ({', '.join(people)}) nor a field for people ({'、'.join(fields)})"
    )


def read_process(section: Section | None, people: dict[str, Person], form: FormSource) -> ProcessSource:
    """Read states and actions. Raises SourceFlawsError."""
    process = ProcessSource()
    if section is None:
        return process
    reader = _Reader(process, people, form)
    read_each(section.blocks, reader.read)
    reader.close(section.header)
    return process


@dataclass(slots=True)
class _Reader:
    process: ProcessSource
    people: dict[str, Person]
    form: FormSource

    def read(self, block: Block) -> None:
        word, _, rest = block.text.partition(":")
        if " -> " in block.text:
            self._add_action(block)
        elif word == "states":
            self.process.states = names(block.whole_text().partition(":")[2])
        elif word == "end":
            self.process.finals = self._known(rest, block.line)
        elif word.startswith("assign "):
            self._assign(word.removeprefix("assign ").strip(), rest, block.line)
        else:
            raise block.line.error(
                "write “states: 受付, …”, “end: 完了, …”, “assign 状態: 担当者, section-chief” or "
                "“受付 -> 審査: 審査に進める”",
            )

    def _known(self, text: str, line: Line) -> list[str]:
        known = names(text)
        for name in known:
            if name not in self.process.states:
                raise line.error(f"no state “{name}”; there are {'、'.join(self.process.states)}")
        return known

    def _assign(self, state: str, text: str, line: Line) -> None:
        self._known(state, line)
        if state == self.process.states[0]:
            raise line.error("the first state belongs to nobody")
        targets = [target_of(name, self.people, self.form, line) for name in names(text)]
        if not any(target["type"] == "FIELD_ENTITY" for target in targets):
            raise line.error(
                "name a field for people too (担当者), so that work goes on while a placeholder is unmapped"
            )
        self.process.assigned[state] = [{"entity": target, "includeSubs": False} for target in targets]

    def _add_action(self, block: Block) -> None:
        match = ACTION.fullmatch(block.whole_text())
        if not match:
            raise block.line.error("write “受付 -> 審査: ボタンの名前”, with “ if 条件” where a condition has to hold")
        self._known(match["from"], block.line)
        self._known(match["to"], block.line)
        if match["name"] in self.process.lines:
            raise block.line.error(f"a second button “{match['name']}”; names of buttons are unique in an app")
        self.process.lines[match["name"]] = block.line
        self.process.actions.append(
            {
                "name": match["name"],
                "from": match["from"],
                "to": match["to"],
                "filterCond": Shorthands((), self.form).expand(match["condition"] or "", block.line),
            },
        )

    def close(self, header: Line) -> None:
        starts = {action["from"] for action in self.process.actions}
        if not self.process.states:
            raise header.error("write “states: 受付, …”; an app without process has no @process")
        if not self.process.finals:
            self.process.finals = [name for name in self.process.states if name not in starts]
        if not self.process.finals:
            raise header.error("every state leads on; name the final ones with “end: 完了”")
