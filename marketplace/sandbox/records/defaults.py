"""What a field holds when a new record does not mention it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.records.content import StoredValue, empty_value
from marketplace.sandbox.records.moments import read_date, read_moment, read_time, to_minute, write_moment
from marketplace.sandbox.records.numbers import read_number, write_number

READ_MOMENT = {FieldType.DATE: read_date, FieldType.TIME: read_time, FieldType.DATETIME: read_moment}
PRINCIPAL_TYPES = frozenset({FieldType.USER_SELECT, FieldType.ORGANIZATION_SELECT, FieldType.GROUP_SELECT})
NEVER = frozenset({FieldType.FILE, FieldType.CALC})


@dataclass(frozen=True, slots=True)
class Birth:
    """The circumstances of a new record that defaults depend on."""

    now: datetime
    timezone: str
    login: str
    organization: str | None = None
    """The caller's primary organisation."""

    @classmethod
    def of(cls, caller: Caller, form: Form, now: datetime) -> Birth:
        """Return the circumstances of a record that a caller adds now."""
        return cls(to_minute(now), form.timezone, caller.code, caller.standing.primary_organization)


FUNCTIONS: dict[tuple[FieldType, str], Callable[[Birth], str | None]] = {
    (FieldType.USER_SELECT, "LOGINUSER()"): lambda birth: birth.login,
    (FieldType.ORGANIZATION_SELECT, "PRIMARY_ORGANIZATION()"): lambda birth: birth.organization,
}


def default_value(field: Field, birth: Birth) -> StoredValue:
    """Return the default of a field, its empty value if it has none."""
    given = field.settings.get("defaultValue")
    if field.type in NEVER or field.is_computed or field.lookup:
        return empty_value(field)
    if field.type in READ_MOMENT:
        return _moment_default(field, given, birth)
    if field.type in PRINCIPAL_TYPES:
        return _principal_default(field, given, birth)
    if field.options:
        return _option_default(field, given)
    return _number_default(given) if field.type is FieldType.NUMBER else str(given or "")


def _number_default(given: Any) -> str:
    number = read_number(str(given or ""))
    return "" if number is None else write_number(number)


def _option_default(field: Field, given: Any) -> StoredValue:
    if isinstance(empty_value(field), list):
        return [str(each) for each in given or () if str(each) in field.options]
    return str(given) if given and str(given) in field.options else None


def _moment_default(field: Field, given: Any, birth: Birth) -> StoredValue:
    if field.settings.get("defaultNowValue") not in {True, "true"}:
        return (READ_MOMENT[field.type](str(given)) if given else None) or empty_value(field)
    if field.type is FieldType.DATETIME:
        return write_moment(birth.now)
    local = birth.now.astimezone(ZoneInfo(birth.timezone))
    return local.date().isoformat() if field.type is FieldType.DATE else local.strftime("%H:%M")


def _principal_default(field: Field, given: Any, birth: Birth) -> StoredValue:
    """Keep named principals, the caller and their organisation; a function without an answer yields nobody."""
    codes = (_principal(field, each, birth) for each in given or ())
    return list(dict.fromkeys(code for code in codes if code is not None))


def _principal(field: Field, entry: Any, birth: Birth) -> str | None:
    code = str(entry.get("code"))
    if entry.get("type") != "FUNCTION":
        return code
    function = FUNCTIONS.get((field.type, code))
    return function(birth) if function else None
