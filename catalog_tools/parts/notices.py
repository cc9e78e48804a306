"""@notices: who is told what, at once and before a deadline."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog_tools.parts.conditions import Shorthands
from catalog_tools.parts.fields import FormSource
from catalog_tools.parts.links import names
from catalog_tools.parts.people import Person
from catalog_tools.parts.process import target_of
from catalog_tools.parts.views import clauses
from catalog_tools.source.errors import Line, read_each
from catalog_tools.source.reading import Block, Section
from marketplace.bundle.model import JsonObject

EVENTS = {"add": "recordAdded", "edit": "recordEdited", "comment": "commentAdded", "status": "statusChanged"}
REMIND = re.compile(
    r"remind (?P<code>\S+) (?P<sign>[+-])(?P<amount>\d+)(?P<unit>[dh])(?: (?P<time>\d\d:\d0))?(?P<rest>.*)",
)
MORNING = "09:00"
USAGE = (
    "write “on add, comment, status to 担当者”, “when 条件 to section-chief : 文”, or "
    "“remind 期限 -7d where 条件 to 担当者 : 文” (+1d: the day after; -3h: hours before)"
)


def read_notices(
    section: Section | None,
    people: dict[str, Person],
    form: FormSource,
    short: Shorthands,
) -> JsonObject | None:
    """Return notifications.json. Raises SourceFlawsError."""
    if section is None:
        return None
    reader = _Reader(people, form, short)
    read_each(section.blocks, reader.read)
    return {
        "general": {"notifyToCommenter": True, "notifications": reader.general},
        "perRecord": {"notifications": reader.at_once},
        "reminder": {"timezone": "Asia/Tokyo", "notifications": reader.reminders},
    }


@dataclass(slots=True)
class _Reader:
    people: dict[str, Person]
    form: FormSource
    short: Shorthands
    general: list[JsonObject] = field(default_factory=list)
    at_once: list[JsonObject] = field(default_factory=list)
    reminders: list[JsonObject] = field(default_factory=list)

    def read(self, block: Block) -> None:
        text, line = block.whole_text(), block.line
        if text.startswith("on "):
            self._add_general(text[3:], line)
        elif text.startswith("when "):
            condition, title, targets = self._said(f"where {text[5:]}", line)
            self.at_once.append({"filterCond": condition, "title": title, "targets": targets})
        elif match := REMIND.fullmatch(text):
            self._remind(match, line)
        else:
            raise line.error(USAGE)

    def _add_general(self, text: str, line: Line) -> None:
        events, _, whom = text.partition(" to ")
        given = names(events)
        if not given or not set(given) <= set(EVENTS) or not whom:
            raise line.error(f"write “on {', '.join(EVENTS)} to 担当者, section”")
        for name in names(whom):
            self._note(self._target(name, line), [EVENTS[word] for word in given])

    def _note(self, entity: JsonObject, flags: list[str]) -> None:
        """Keep on which occasions somebody is told; kintone takes one entry for each."""
        known = next((entry for entry in self.general if entry["entity"] == entity), None)
        if known is None:
            known = {
                "entity": entity,
                "includeSubs": False,
                **dict.fromkeys(EVENTS.values(), False),
                "fileImported": False,
            }
            self.general.append(known)
        known.update(dict.fromkeys(flags, True))

    def _remind(self, match: re.Match[str], line: Line) -> None:
        condition, title, targets = self._said(match["rest"], line)
        amount = match["amount"] if match["sign"] == "+" or match["amount"] == "0" else f"-{match['amount']}"
        timing = {"code": match["code"]}
        if match["unit"] == "d":
            timing |= {"daysLater": amount, "time": match["time"] or MORNING}
        elif match["time"]:
            raise line.error("hours before or after a moment have no time of day")
        else:
            timing |= {"daysLater": "0", "hoursLater": amount}
        self.reminders.append({"timing": timing, "filterCond": condition, "title": title, "targets": targets})

    def _said(self, text: str, line: Line) -> tuple[str, str, list[JsonObject]]:
        head, colon, title = text.rpartition(" : ")
        said = clauses(line, head, ("where", "to"))
        if not colon or "to" not in said or said[""]:
            raise line.error(USAGE)
        targets = [{"entity": self._target(name, line), "includeSubs": False} for name in names(said["to"])]
        return self.short.expand(said.get("where", ""), line), title.strip(), targets

    def _target(self, name: str, line: Line) -> JsonObject:
        return target_of(name, self.people, self.form, line)
