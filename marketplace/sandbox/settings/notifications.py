"""The three kinds of notifications an app sends: on events, on conditions, and at set times."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import FieldNotFoundError, InvalidInputError
from marketplace.sandbox.models import Part
from marketplace.sandbox.settings.conditions import check_condition, preview_form
from marketplace.sandbox.settings.entities import check_entities, flag, holder_shape, kept
from marketplace.sandbox.settings.shapes import Digits, Flag, ListOf, Obj, Txt, may, need, read_shape
from marketplace.sandbox.settings.store import Preview
from marketplace.sandbox.settings.times import ClockTime

TIMEZONE_UNKNOWN = Text("タイムゾーンが正しくありません。", "The time zone is not correct.")
NOT_A_DATE = Text("日付または日時のフィールドを指定してください。", "Specify a date or date and time field.")
HOURS_OR_TIME = Text("hoursLaterとtimeのどちらか一方を指定してください。", "Specify either hoursLater or time.")

_MOST = 1000
_SOMEBODY = "USER GROUP ORGANIZATION FIELD_ENTITY"
_EVENTS = ("recordAdded", "recordEdited", "commentAdded", "statusChanged", "fileImported")
_TARGETS = need(ListOf(holder_shape(_SOMEBODY), most=_MOST))
_DATES = frozenset({"DATE", "DATETIME", "CREATED_TIME", "UPDATED_TIME"})

GENERAL_SHAPE = Obj(
    {
        "notifications": kept(ListOf(holder_shape(_SOMEBODY, {name: flag() for name in _EVENTS}), most=_MOST)),
        "notifyToCommenter": kept(Flag()),
    }
)
_PER_RECORD = Obj(
    {"filterCond": may(Txt(), otherwise=""), "title": may(Txt(longest=100), otherwise=""), "targets": _TARGETS}
)
PER_RECORD_SHAPE = Obj({"notifications": kept(ListOf(_PER_RECORD, most=_MOST))})
REMINDER_SHAPE = Obj(
    {
        "timezone": kept(Txt(shortest=1)),
        "notifications": kept(
            ListOf(
                Obj(
                    {
                        "timing": need(
                            Obj(
                                {
                                    "code": need(Txt(shortest=1)),
                                    "daysLater": need(Digits(least=-10_000, most=10_000)),
                                    "hoursLater": may(Digits(least=-10_000, most=10_000)),
                                    "time": may(ClockTime(in_tens=True)),
                                }
                            )
                        ),
                        "filterCond": may(Txt(), otherwise=""),
                        "title": may(Txt(longest=100), otherwise=""),
                        "targets": _TARGETS,
                    }
                ),
                most=_MOST,
            )
        ),
    }
)


def change_general(preview: Preview, body: object) -> None:
    """Change the notifications on events; what is left out stays.

    Raises InvalidInputError and the errors of unknown users.
    """
    given = read_shape(GENERAL_SHAPE, body)
    check_entities(preview, [holder["entity"] for holder in given.get("notifications", [])])
    preview.write(Part.NOTIFICATIONS_GENERAL, {**preview.read(Part.NOTIFICATIONS_GENERAL), **given})


def change_per_record(preview: Preview, body: object) -> None:
    """Replace the notifications on conditions, if any are given.

    Raises InvalidInputError, query errors and those of unknown users.
    """
    given = read_shape(PER_RECORD_SHAPE, body)
    _check(preview, given.get("notifications", []))
    preview.write(Part.NOTIFICATIONS_PER_RECORD, {**preview.read(Part.NOTIFICATIONS_PER_RECORD), **given})


def change_reminders(preview: Preview, body: object) -> None:
    """Change the notifications at set times; what is left out stays.

    Raises InvalidInputError, FieldNotFoundError, query errors and those of unknown users.
    """
    given = read_shape(REMINDER_SHAPE, body)
    if given.get("timezone", "UTC") not in available_timezones():
        raise InvalidInputError({"timezone": [TIMEZONE_UNKNOWN]})
    notifications = given.get("notifications", [])
    for index, notification in enumerate(notifications):
        _check_timing(preview, notification["timing"], f"notifications[{index}].timing")
    _check(preview, notifications)
    preview.write(Part.NOTIFICATIONS_REMINDER, {**preview.read(Part.NOTIFICATIONS_REMINDER), **given})


def _check(preview: Preview, notifications: list[dict[str, Any]]) -> None:
    form = preview_form(preview)
    for index, notification in enumerate(notifications):
        check_condition(preview, notification["filterCond"], f"notifications[{index}].filterCond", form)
        check_entities(preview, [holder["entity"] for holder in notification["targets"]])


def _check_timing(preview: Preview, timing: dict[str, str], key: str) -> None:
    properties = preview.properties()
    if timing["code"] not in properties:
        raise FieldNotFoundError(code=timing["code"])
    if properties[timing["code"]]["type"] not in _DATES:
        raise InvalidInputError({f"{key}.code": [NOT_A_DATE]})
    if ("time" in timing) == ("hoursLater" in timing):
        raise InvalidInputError({key: [HOURS_OR_TIME]})
