"""The three kinds of notifications an app sends: on events, on conditions, and at set times."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import available_timezones

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import FieldNotFoundError, InvalidInputError
from marketplace.sandbox.models import Part
from marketplace.sandbox.settings.conditions import check_condition, preview_form
from marketplace.sandbox.settings.entities import check_entities, flag, holder_shape, kept
from marketplace.sandbox.settings.shapes import Digits, Flag, ListOf, Obj, Txt, may, need, read_shape
from marketplace.sandbox.settings.store import Preview

TIMEZONE_UNKNOWN = Text("タイムゾーンが正しくありません。", "The time zone is not correct.")
NOT_A_DATE = Text("日付または日時のフィールドを指定してください。", "Specify a date or date and time field.")
TIME_MALFORMED = Text(
    "時刻は10分単位の「時:分」で指定してください。", "Specify the time as hours:minutes in steps of ten minutes."
)
HOURS_OR_TIME = Text("hoursLaterとtimeのどちらか一方を指定してください。", "Specify either hoursLater or time.")

_MOST = 1000
_SOMEBODY = "USER GROUP ORGANIZATION FIELD_ENTITY"
_EVENTS = ("recordAdded", "recordEdited", "commentAdded", "statusChanged", "fileImported")
_TARGETS = need(ListOf(holder_shape(_SOMEBODY), most=_MOST))
_DATES = frozenset({"DATE", "DATETIME", "CREATED_TIME", "UPDATED_TIME"})
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5]0")

GENERAL_SHAPE = Obj(
    {
        "notifications": kept(ListOf(holder_shape(_SOMEBODY, {name: flag() for name in _EVENTS}), most=_MOST)),
        "notifyToCommenter": kept(Flag()),
    }
)
PER_RECORD_SHAPE = ListOf(
    Obj({"filterCond": may(Txt(), otherwise=""), "title": may(Txt(longest=100), otherwise=""), "targets": _TARGETS}),
    most=_MOST,
)
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
                                    "daysLater": may(Digits(least=-10_000, most=10_000), otherwise="0"),
                                    "hoursLater": may(Digits(least=-23, most=23)),
                                    "time": may(Txt(shortest=1)),
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


def replace_per_record(preview: Preview, given: object) -> None:
    """Replace the notifications on conditions. Raises InvalidInputError, query errors and those of unknown users."""
    notifications = read_shape(PER_RECORD_SHAPE, given, "notifications")
    _check(preview, notifications)
    preview.write(Part.NOTIFICATIONS_PER_RECORD, {"notifications": notifications})


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
    if not _TIME.fullmatch(timing.get("time", "0:00")):
        raise InvalidInputError({f"{key}.time": [TIME_MALFORMED]})
