"""The notifications of an app as they are stored; a built-in workspace sends none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template

from marketplace.kernel.text import Text
from marketplace.sandbox.models import Part
from marketplace.web.app_settings.frame import frame_of, manage, pages
from marketplace.web.app_settings.words import Names, names_of, who
from marketplace.workspaces.app_settings.holders import list_holders

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

Document = dict[str, Any]

OCCASIONS: dict[str, Text] = {
    "recordAdded": Text("レコードの追加", "Record added"),
    "recordEdited": Text("レコードの編集", "Record changed"),
    "commentAdded": Text("コメント", "Comment"),
    "statusChanged": Text("ステータスの更新", "Status changed"),
    "fileImported": Text("ファイル読み込み", "File imported"),
}
ON_THE_DAY = Text("「{field}」の当日", "On the day of “{field}”")
AFTER = Text("「{field}」の{days}日後", "{days} days after “{field}”")
BEFORE = Text("「{field}」の{days}日前", "{days} days before “{field}”")
HOURS = Text("{hours}時間後", "{hours} hours later")


@dataclass(frozen=True, slots=True)
class GeneralRow:
    """Who is told of which events."""

    who: Text
    occasions: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """Who is told when a record meets a condition, at set times or when it is saved."""

    title: str
    condition: str
    timing: Text | None
    targets: tuple[Text, ...]


@pages.get("/w/<workspace_id>/k/<int:app_id>/settings/notifications")
def show_notifications(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show the notifications."""
    managed = manage(workspace_id, app_id)
    names = names_of(list_holders(managed))
    general = managed.read(Part.NOTIFICATIONS_GENERAL)
    reminders = managed.read(Part.NOTIFICATIONS_REMINDER)
    return render_template(
        "app_settings/notifications.html",
        frame=frame_of(managed),
        occasions=list(OCCASIONS.values()),
        general=[_general(each, names) for each in general["notifications"]],
        tells_commenter=bool(general.get("notifyToCommenter")),
        per_record=list(_conditions(managed.read(Part.NOTIFICATIONS_PER_RECORD), names)),
        reminders=list(_conditions(reminders, names)),
        timezone=str(reminders.get("timezone", "")),
    )


def _general(notification: Document, names: Names) -> GeneralRow:
    occasions = tuple(bool(notification.get(name)) for name in OCCASIONS)
    return GeneralRow(who(notification["entity"], names), occasions)


def _conditions(document: Document, names: Names) -> Iterator[ConditionRow]:
    for each in document["notifications"]:
        yield ConditionRow(
            title=str(each.get("title") or ""),
            condition=str(each.get("filterCond") or ""),
            timing=_timing(each["timing"]) if "timing" in each else None,
            targets=tuple(who(target["entity"], names) for target in each["targets"]),
        )


def _timing(timing: Document) -> Text:
    """Return when a reminder goes out, such as 「期限」の3日前 9:00."""
    days = int(timing.get("daysLater") or 0)
    pattern = ON_THE_DAY if not days else (AFTER if days > 0 else BEFORE)
    field = str(timing.get("code", ""))
    if "time" in timing:
        moment = Text(str(timing["time"]), str(timing["time"]))
    else:
        moment = _filled(HOURS, hours=str(timing.get("hoursLater") or 0))
    day = _filled(pattern, days=str(abs(days)), field=field)
    return Text(f"{day.ja} {moment.ja}", f"{day.en} {moment.en}")


def _filled(pattern: Text, **values: str) -> Text:
    return Text(pattern.ja.format(**values), pattern.en.format(**values))
