"""Cells of a file as values of a call: figures, dates and lists as officials type them."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.sandbox.form import LIST_TYPES, Field, FieldType
from marketplace.sandbox.records.moments import write_moment

ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925, "大正": 1911, "T": 1911}
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_ERA_DATE = re.compile(r"(令和|平成|昭和|大正|[RHST])([0-9]{1,2}|元)[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_LOCAL_MOMENT = re.compile(r"(.+?)[ T]+([0-9]{1,2}:[0-9]{2})(?::[0-9]{2})?")
LONGEST_MOMENT = 100
"""No moment is longer; what is, isn't looked at, as it could take the pattern above long."""
_PEOPLE = {FieldType.USER_SELECT, FieldType.ORGANIZATION_SELECT, FieldType.GROUP_SELECT}
_SEPARATORS = re.compile(r"[\n、]")


def raw_value(field: Field, text: str, timezone: str) -> Any:
    """Return a cell as the value of a call; what can't be understood is passed on for the call to refuse."""
    if field.type in LIST_TYPES:
        return _listed(field, text)
    tidy = unicodedata.normalize("NFKC", text).strip()
    match field.type:
        case FieldType.NUMBER:
            return _number(field, tidy)
        case FieldType.DATE:
            return _day(tidy)
        case FieldType.TIME:
            return tidy
        case FieldType.DATETIME:
            return _moment(tidy, timezone)
        case _:
            # Line ends of spreadsheets are those of Windows.
            return text.replace("\r\n", "\n")


def _listed(field: Field, text: str) -> list[Any]:
    parts = [text] if text in field.options else _SEPARATORS.split(text.replace("\r", ""))
    names = [part.strip() for part in parts if part.strip()]
    return [{"code": name} for name in names] if field.type in _PEOPLE else names


def _number(field: Field, text: str) -> str:
    """Take thousands separators and the field's own unit away."""
    unit = unicodedata.normalize("NFKC", str(field.settings.get("unit") or ""))
    return text.removesuffix(unit).removeprefix(unit).replace(",", "").replace("\\", "").replace("¥", "").strip()


def _day(text: str) -> str:
    if found := _DATE.fullmatch(text):
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    if found := _ERA_DATE.fullmatch(text.upper()):
        year = ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))
        return f"{year}-{int(found[3]):02}-{int(found[4]):02}"
    return text


def _moment(text: str, timezone: str) -> str:
    """Return a moment; without an offset it is the site's own time."""
    found = _LOCAL_MOMENT.fullmatch(text) if len(text) <= LONGEST_MOMENT else None
    day = _day(found[1]) if found else _day(text)
    try:
        local = datetime.fromisoformat(f"{day} {found[2].zfill(5) if found else '00:00'}")
    except ValueError:
        return text
    return text if local.tzinfo else write_moment(local.replace(tzinfo=ZoneInfo(timezone)))
