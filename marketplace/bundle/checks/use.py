"""Checks of what uses fields: title, views, rights, notifications and reports."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.names import check_code, check_condition, check_sort
from marketplace.bundle.checks.place import Place, place_of
from marketplace.bundle.field_types import DATE_TYPES, ENTITY_FIELD_TYPES
from marketplace.bundle.model import Finding, JsonObject, PartName
from marketplace.kernel.text import Text

ENTITY_FIELDS = ENTITY_FIELD_TYPES | {"STATUS_ASSIGNEE"}


def check_use(form: Form) -> Iterator[Finding]:
    """Yield where the parts of an app name fields that do not exist or do not suit."""
    yield from _check_title(form)
    yield from _check_views(form)
    yield from _check_permissions(form)
    yield from _check_notifications(form)
    yield from _check_reports(form)


def _check_title(form: Form) -> Iterator[Finding]:
    title = form.app.parts[PartName.SETTINGS].get("titleField", {})
    if title.get("selectionMode") == "MANUAL":
        yield from check_code(title["code"], form, place_of(form.app, PartName.SETTINGS, "/titleField/code"))


def _check_views(form: Form) -> Iterator[Finding]:
    for name, view in (form.app.part(PartName.VIEWS) or {}).get("views", {}).items():
        place = place_of(form.app, PartName.VIEWS).at("views", name)
        if view.get("name", name) != name:
            yield place.at("name").error(
                "view-name",
                Text(f"一覧「{name}」のnameが「{view['name']}」です。", f"The view “{name}” has another name."),
                Text("見出しとnameを同じにしてください。", "Make the key and the name the same."),
            )
        for index, code in enumerate(view.get("fields", ())):
            yield from _check_view_field(code, form, place.at("fields", index))
        if "date" in view:
            yield from check_code(view["date"], form, place.at("date"), DATE_TYPES)
        if view.get("title"):
            yield from check_code(view["title"], form, place.at("title"))
        yield from check_condition(view.get("filterCond", ""), form, place.at("filterCond"))
        yield from check_sort(view.get("sort", ""), form, place.at("sort"))


def _check_view_field(code: str, form: Form, place: Place) -> Iterator[Finding]:
    field = form.find(code)
    if field is not None and field.table is not None:
        yield place.error(
            "view-column",
            Text(
                f"一覧にはテーブルの列「{code}」を単独で置けません。",
                f"A view can't show the column “{code}” of a table on its own.",
            ),
            Text(f"テーブル「{field.table}」を指定してください。", f"Name the table “{field.table}”."),
        )
    else:
        yield from check_code(code, form, place)


def _check_permissions(form: Form) -> Iterator[Finding]:
    permissions = form.app.part(PartName.PERMISSIONS) or {}
    place = place_of(form.app, PartName.PERMISSIONS)
    for index, right in enumerate(permissions.get("record", {}).get("rights", ())):
        where = place.at("record", "rights", index)
        yield from check_condition(right.get("filterCond", ""), form, where.at("filterCond"))
        yield from _check_entities(right["entities"], form, where.at("entities"))
    for index, right in enumerate(permissions.get("field", {}).get("rights", ())):
        where = place.at("field", "rights", index)
        yield from check_code(right["code"], form, where.at("code"))
        yield from _check_entities(right["entities"], form, where.at("entities"))


def _check_notifications(form: Form) -> Iterator[Finding]:
    notifications = form.app.part(PartName.NOTIFICATIONS) or {}
    place = place_of(form.app, PartName.NOTIFICATIONS)
    general = notifications.get("general", {}).get("notifications", ())
    yield from _check_entities(general, form, place.at("general", "notifications"))
    for level in ("perRecord", "reminder"):
        for index, notification in enumerate(notifications.get(level, {}).get("notifications", ())):
            where = place.at(level, "notifications", index)
            if "timing" in notification:
                yield from check_code(notification["timing"]["code"], form, where.at("timing", "code"), DATE_TYPES)
            yield from check_condition(notification.get("filterCond", ""), form, where.at("filterCond"))
            yield from _check_entities(notification["targets"], form, where.at("targets"))


def _check_reports(form: Form) -> Iterator[Finding]:
    for name, report in (form.app.part(PartName.REPORTS) or {}).get("reports", {}).items():
        place = place_of(form.app, PartName.REPORTS).at("reports", name)
        for index, group in enumerate(report.get("groups", ())):
            yield from check_code(group["code"], form, place.at("groups", index, "code"))
        for index, aggregation in enumerate(report.get("aggregations", ())):
            if aggregation["type"] != "COUNT":
                yield from check_code(aggregation.get("code", ""), form, place.at("aggregations", index, "code"))
        yield from check_condition(report.get("filterCond", ""), form, place.at("filterCond"))


def _check_entities(items: list[JsonObject], form: Form, place: Place) -> Iterator[Finding]:
    for index, item in enumerate(items):
        if item["entity"]["type"] == "FIELD_ENTITY":
            code = item["entity"].get("code") or ""
            yield from check_code(code, form, place.at(index, "entity", "code"), ENTITY_FIELDS)
