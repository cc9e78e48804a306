"""Differences of an app's parts other than its fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marketplace.bundle.differences.change import Act, Change, Impact, Subject, Weights, arrow, compare_named
from marketplace.bundle.differences.records import compare_records
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.walking import walk
from marketplace.kernel.text import Text

CALCULATION_SETTINGS = frozenset({"numberPrecision", "firstMonthOfFiscalYear"})
SETTING_NAMES: dict[str, Text] = {
    "name": Text("アプリ名", "name of the app"),
    "description": Text("アプリの説明", "description of the app"),
    "icon": Text("アプリのアイコン", "icon of the app"),
    "theme": Text("デザインテーマ", "theme"),
    "titleField": Text("レコードのタイトル", "title of records"),
    "numberPrecision": Text("数値と計算の精度", "precision of numbers"),
    "firstMonthOfFiscalYear": Text("年度の開始月", "first month of the fiscal year"),
}
VIEWS = Weights(
    removed=Impact.ADDITIVE,
    cosmetic_keys=frozenset({"index", "name", "fields", "sort", "html", "pager", "device", "title"}),
)
REPORTS = Weights(removed=Impact.ADDITIVE, cosmetic_keys=frozenset({"index", "name", "chartMode", "sorts"}))
ACTIONS = Weights(cosmetic_keys=frozenset({"index", "name"}))
PLUGINS = Weights(removed=Impact.ADDITIVE, cosmetic_keys=frozenset({"name"}))
PERMISSION_NAMES = {
    "app": Text("アプリのアクセス権", "rights on the app"),
    "record": Text("レコードのアクセス権", "rights on records"),
    "field": Text("フィールドのアクセス権", "rights on fields"),
}
NOTIFICATION_NAMES = {
    "general": Text("アプリの条件通知", "general notifications"),
    "perRecord": Text("レコードの条件通知", "notifications about records"),
    "reminder": Text("リマインダーの条件通知", "reminders"),
}


def compare_parts(old: AppDefinition, new: AppDefinition) -> Iterator[Change]:
    """Yield the differences between two states of an app outside its fields."""
    yield from _compare_settings(old, new)
    yield from _compare_layout(old, new)
    yield from _compare_set(PartName.VIEWS, "view", Text("一覧", "view"), old, new, VIEWS)
    yield from _compare_levels(PartName.PERMISSIONS, "permission", PERMISSION_NAMES, old, new)
    yield from _compare_levels(PartName.NOTIFICATIONS, "notification", NOTIFICATION_NAMES, old, new)
    yield from _compare_set(PartName.REPORTS, "report", Text("グラフ", "report"), old, new, REPORTS)
    yield from _compare_set(PartName.ACTIONS, "action", Text("アクション", "action"), old, new, ACTIONS)
    yield from _compare_customize(old, new)
    yield from _compare_plugins(old, new)
    yield from _compare_rest(old, new)


def _compare_settings(old: AppDefinition, new: AppDefinition) -> Iterator[Change]:
    before, after = old.parts[PartName.SETTINGS], new.parts[PartName.SETTINGS]
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            impact = Impact.ADDITIVE if name in CALCULATION_SETTINGS else Impact.COSMETIC
            called = SETTING_NAMES.get(name, Text(f"アプリの設定「{name}」", f"setting {name}"))
            detail = arrow(before.get(name), after.get(name)) if name in {"name", "theme"} else None
            subject = Subject("settings", name, called, new)
            yield subject.change(impact, Act.CHANGED, before.get(name), after.get(name), detail=detail)


def _compare_layout(old: AppDefinition, new: AppDefinition) -> Iterator[Change]:
    """Yield one change if the fields both states have are placed differently."""
    before, after = old.parts[PartName.LAYOUT]["layout"], new.parts[PartName.LAYOUT]["layout"]
    common = _codes(before) & _codes(after)
    if _only(before, common) != _only(after, common):
        yield Subject("layout", "layout", Text("フォームの配置", "layout of the form"), new).change(
            Impact.COSMETIC, Act.CHANGED, before, after
        )


def _codes(layout: list[JsonObject]) -> set[str]:
    return {value["code"] for _, value in walk(layout) if isinstance(value, dict) and "code" in value}


def _only(rows: list[JsonObject], codes: set[str]) -> list[JsonObject]:
    """Return a layout without the fields that one of the two states lacks, and without the rows this empties."""
    kept = []
    for row in rows:
        if row.get("code", "") and row["code"] not in codes:
            continue
        cells = [_placed(cell) for cell in row.get("fields", ()) if cell.get("code") is None or cell["code"] in codes]
        if cells or not row.get("fields"):
            inner = {"layout": _only(row["layout"], codes)} if "layout" in row else {}
            kept.append({**row, "fields": cells, **inner})
    return kept


def _placed(cell: JsonObject) -> JsonObject:
    """Return a cell without the type that its field has anyway."""
    return cell if "code" not in cell else {key: value for key, value in cell.items() if key != "type"}


def _compare_set(
    part: PartName, area: str, noun: Text, old: AppDefinition, new: AppDefinition, weights: Weights
) -> Iterator[Change]:
    before = (old.part(part) or {}).get(part.value, {})
    after = (new.part(part) or {}).get(part.value, {})
    yield from compare_named(area, noun, new, before, after, weights)


def _compare_levels(
    part: PartName, area: str, names: dict[str, Text], old: AppDefinition, new: AppDefinition
) -> Iterator[Change]:
    for level, called in names.items():
        before, after = (old.part(part) or {}).get(level), (new.part(part) or {}).get(level)
        if before != after:
            yield Subject(area, level, called, new).change(Impact.ADDITIVE, _act(before, after), before, after)


def _act(before: Any, after: Any) -> Act:
    if before is None:
        return Act.ADDED
    return Act.REMOVED if after is None else Act.CHANGED


def _compare_customize(old: AppDefinition, new: AppDefinition) -> Iterator[Change]:
    before, after = old.part(PartName.CUSTOMIZE), new.part(PartName.CUSTOMIZE)
    if before != after:
        called = Text("JavaScript／CSSカスタマイズ", "JavaScript and CSS")
        yield Subject("customize", "customize", called, new).change(Impact.ADDITIVE, _act(before, after), before, after)
    named = {value["path"] for _, value in walk(after) if isinstance(value, dict) and "path" in value}
    for path in sorted({*old.files, *new.files}):
        if old.files.get(path) != new.files.get(path):
            impact = Impact.ADDITIVE if path in named else Impact.COSMETIC
            subject = Subject("file", path, Text(f"ファイル「{path}」", f"file “{path}”"), new)
            yield subject.change(impact, _act(old.files.get(path), new.files.get(path)))


def _compare_plugins(old: AppDefinition, new: AppDefinition) -> Iterator[Change]:
    before, after = (
        {plugin["name"]: plugin for plugin in (app.part(PartName.PLUGINS) or {}).get("plugins", [])}
        for app in (old, new)
    )
    yield from compare_named("plugin", Text("プラグイン", "plug-in"), new, before, after, PLUGINS)


def _compare_rest(old: AppDefinition, new: AppDefinition) -> Iterator[Change]:
    before, after = old.part(PartName.ADMIN_NOTES), new.part(PartName.ADMIN_NOTES)
    if before != after:
        called = Text("管理者用メモ", "administrators' notes")
        subject = Subject(PartName.ADMIN_NOTES.value, PartName.ADMIN_NOTES.value, called, new)
        yield subject.change(Impact.COSMETIC, _act(before, after), before, after)
    yield from compare_records(old, new)
