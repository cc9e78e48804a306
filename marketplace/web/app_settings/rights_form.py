"""The editor of an app's permissions: rows that can be put in order, added and removed before they are saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from marketplace.kernel.text import Text
from marketplace.web.app_settings.words import APP_RIGHTS

MOST_ROWS = 100
NOBODY_NAMED = Text("「誰に」を選んでください。", "Choose whom the row is for.")
CREATOR = "CREATOR:"
"""How a row names the creator of the app; others are named by kind and code, such as USER:sato."""


@dataclass(frozen=True, slots=True)
class RightsRow:
    """What somebody may do."""

    holder: str = ""
    may: frozenset[str] = frozenset()
    with_subs: bool = False
    """Whether it holds for organisations below this one too."""


@dataclass(frozen=True, slots=True)
class RightsForm:
    """All rows, in order of priority, and the revision they go by."""

    rows: tuple[RightsRow, ...] = field(default_factory=tuple)
    revision: int | None = None


def rows_of(rights: Sequence[dict[str, Any]]) -> tuple[RightsRow, ...]:
    """Return the rows of permissions in REST shape."""
    return tuple(
        RightsRow(
            f"{right['entity']['type']}:{right['entity']['code'] or ''}",
            frozenset(name for name in APP_RIGHTS if right.get(name)),
            bool(right.get("includeSubs")),
        )
        for right in rights
    )


def rights_of(rows: Sequence[RightsRow]) -> list[dict[str, Any]]:
    """Return permissions in REST shape. Raises ValidationError for rows that name nobody."""
    nameless = {f"holder-{number}": [NOBODY_NAMED] for number, row in enumerate(rows) if not row.holder}
    if nameless:
        raise ValidationError(nameless)
    return [
        {
            "entity": _entity(row.holder),
            "includeSubs": row.with_subs,
            **{name: name in row.may for name in APP_RIGHTS},
        }
        for row in rows
    ]


def read_form(sent: MultiDict[str, str]) -> RightsForm:
    """Return the rows as they were sent, with what a button other than "save" does to them."""
    count = min(sent.get("rows", 0, type=int), MOST_ROWS)
    rows = [
        RightsRow(
            _printable(sent.get(f"holder-{number}", "")),
            frozenset(sent.getlist(f"may-{number}")) & set(APP_RIGHTS),
            sent.get(f"subs-{number}") == "yes",
        )
        for number in range(count)
    ]
    act, _, which = sent.get("act", "save").partition("-")
    return RightsForm(tuple(_rearrange(rows, act, which)), sent.get("revision", type=int))


def values_of(form: RightsForm) -> MultiDict[str, str]:
    """Return the rows as the controls of the page show them."""
    values: MultiDict[str, str] = MultiDict()
    for number, row in enumerate(form.rows):
        values.add(f"holder-{number}", row.holder)
        for name in sorted(row.may):
            values.add(f"may-{number}", name)
        if row.with_subs:
            values.add(f"subs-{number}", "yes")
    return values


def _printable(text: str) -> str:
    """Return a text, or nothing for one that no page could show."""
    return text if text.isprintable() else ""


def _entity(holder: str) -> dict[str, str | None]:
    kind, _, code = holder.partition(":")
    return {"type": kind, "code": None if holder == CREATOR else code}


def _rearrange(rows: list[RightsRow], act: str, which: str) -> list[RightsRow]:
    if act == "add":
        return [*rows, RightsRow()][:MOST_ROWS]
    number = int(which) if which.isascii() and which.isdigit() and len(which) < len(str(MOST_ROWS)) + 1 else len(rows)
    if number >= len(rows):
        return rows
    row = rows.pop(number)
    match act:
        case "up":
            rows.insert(max(number - 1, 0), row)
        case "down":
            rows.insert(number + 1, row)
        case "remove":
            pass
        case _:
            rows.insert(number, row)
    return rows
