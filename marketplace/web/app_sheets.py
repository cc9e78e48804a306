"""An app of a bundle as the template page describes it before anybody installs it: fields, lists, process, rights."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, Manifest
from marketplace.kernel.text import Text
from marketplace.web.field_words import VIEW_TYPES, field_type_name

PLACEHOLDER = re.compile(r"\{\{([a-z0-9-]+)\}\}")
DECORATIONS = {"LABEL", "SPACER", "HR"}
EVERYONE = Text("全員", "Everyone")
CREATOR = Text("レコードの作成者", "Creator of the record")
FORMULA = Text("計算式：{value}", "Formula: {value}")
OPTIONS = Text("選択肢：{value}", "Options: {value}")
LOOKUP_FROM = Text("「{value}」から取得", "Looked up from “{value}”")
RELATED_TO = Text("「{value}」のレコードを表示", "Shows records of “{value}”")
UNIQUE = Text("重複禁止", "No duplicates")
DEFAULT_NOW = Text("初期値：登録した日時", "Default: the moment of entry")
SHOWN_OPTIONS = 8


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of the form; `depth` is 1 for a column of a table or a member of a group."""

    label: str
    code: str
    type: Text
    required: bool
    notes: tuple[Text, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One list of the app and the columns it shows."""

    name: str
    type: Text
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """One state of the process."""

    name: str
    leads_on: bool
    """Tells whether an action leads from it to the next state of the list."""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One step of the process: from which state to which, by what button."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RightRow:
    """What one group of people may do in the app."""

    who: Text
    may: tuple[bool, bool, bool, bool, bool]
    """View, add, edit, delete records; manage the app."""


@dataclass(frozen=True, slots=True)
class AppSheet:
    """One app described for people."""

    key: str
    name: str
    description: str
    fields: tuple[FieldRow, ...]
    views: tuple[ViewRow, ...]
    states: tuple[State, ...]
    actions: tuple[ActionRow, ...]
    rights: tuple[RightRow, ...]
    sample_count: int
    has_reports: bool


def describe_apps(bundle: Bundle) -> list[AppSheet]:
    """Return the apps of a bundle in the order its author gave them."""
    names = {app.key: app.name for app in bundle.apps}
    return [_describe(app, bundle.manifest, names) for app in bundle.apps]


def describe_app(bundle: Bundle, key: str) -> AppSheet:
    """Return one app of a bundle."""
    return _describe(bundle.app(key), bundle.manifest, {app.key: app.name for app in bundle.apps})


def _describe(app: AppDefinition, manifest: Manifest, names: Mapping[str, str]) -> AppSheet:
    process = app.part("process") or {}
    enabled = bool(process.get("enable"))
    rights = (app.part("permissions") or {}).get("app", {}).get("rights", [])
    return AppSheet(
        key=app.key,
        name=app.name,
        description=plain_text(str((app.part("settings") or {}).get("description", ""))),
        fields=tuple(_fields_in_order(app, names)),
        views=tuple(_views(app)),
        states=tuple(states_of(process)),
        actions=tuple(_actions(process)) if enabled else (),
        rights=tuple(_right(each, manifest) for each in rights),
        sample_count=len((app.part("records") or {}).get("records", [])),
        has_reports=bool((app.part("reports") or {}).get("reports")),
    )


def plain_text(html: str) -> str:
    """Return the words of a rich text without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^<>]*>", " ", html)).replace("&nbsp;", " ").strip()


def _fields_in_order(app: AppDefinition, names: Mapping[str, str]) -> Iterator[FieldRow]:
    """Yield the fields as the form shows them, top to bottom, then those the layout leaves out."""
    rest = dict(app.fields)
    layout = (app.part("layout") or {}).get("layout", [])
    for code, depth in _placed(layout):
        settings = rest.pop(code, None)
        if settings is not None:
            yield from _rows(code, settings, names, depth)
    for code, settings in rest.items():
        yield from _rows(code, settings, names, 0)


def placed_codes(layout: list[JsonObject]) -> list[str]:
    """Return the codes of the fields as the form shows them, top to bottom."""
    return [code for code, _ in _placed(layout)]


def _placed(layout: list[JsonObject], depth: int = 0) -> Iterator[tuple[str, int]]:
    for line in layout:
        match line.get("type"):
            case "GROUP":
                yield str(line.get("code")), depth
                yield from _placed(line.get("layout", []), depth + 1)
            case "SUBTABLE":
                yield str(line.get("code")), depth
            case _:
                for each in line.get("fields", []):
                    if each.get("type") not in DECORATIONS and each.get("code"):
                        yield str(each["code"]), depth


def _rows(code: str, settings: JsonObject, names: Mapping[str, str], depth: int) -> Iterator[FieldRow]:
    yield FieldRow(
        label=str(settings.get("label") or code),
        code=code,
        type=field_type_name(settings),
        required=settings.get("required") in {True, "true"},
        notes=tuple(_notes(settings, names)),
        depth=depth,
    )
    if settings.get("type") == "SUBTABLE":
        for inner_code, inner in settings.get("fields", {}).items():
            yield from _rows(inner_code, inner, names, depth + 1)


def _notes(settings: JsonObject, names: Mapping[str, str]) -> Iterator[Text]:
    for key, sentence in (("lookup", LOOKUP_FROM), ("referenceTable", RELATED_TO)):
        if key in settings:
            app = str(settings[key].get("relatedApp", {}).get("app", ""))
            yield _filled(sentence, names.get(app, app))
    if settings.get("expression"):
        yield _filled(FORMULA, str(settings["expression"]))
    options = settings.get("options")
    if isinstance(options, dict) and options:
        ordered = sorted(options, key=lambda option: int(options[option].get("index", 0)))
        shown = "、".join(ordered[:SHOWN_OPTIONS]) + ("…" if len(ordered) > SHOWN_OPTIONS else "")
        yield _filled(OPTIONS, shown)
    if settings.get("unique") in {True, "true"}:
        yield UNIQUE
    if settings.get("defaultNowValue"):
        yield DEFAULT_NOW


def _filled(sentence: Text, value: str) -> Text:
    return Text(sentence.ja.replace("{value}", value), sentence.en.replace("{value}", value))


def _views(app: AppDefinition) -> Iterator[ViewRow]:
    labels = _labels(app.fields)
    views: JsonObject = (app.part("views") or {}).get("views", {})
    for name, view in sorted(views.items(), key=lambda item: int(item[1].get("index", 0))):
        kind = str(view.get("type", "LIST"))
        codes = [view.get("date"), view.get("title")] if kind == "CALENDAR" else view.get("fields", [])
        columns = tuple(labels.get(code, code) for code in codes if code)
        yield ViewRow(name, VIEW_TYPES.get(kind, Text(kind, kind)), columns)


def _labels(fields: JsonObject) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, settings in fields.items():
        found[code] = str(settings.get("label") or code)
        found |= _labels(settings.get("fields", {})) if settings.get("type") == "SUBTABLE" else {}
    return found


def states_of(process: JsonObject) -> list[State]:
    """Return the states of a process in their order; none when it is switched off."""
    if not process.get("enable"):
        return []
    states: JsonObject = process.get("states") or {}
    ordered = sorted(states.items(), key=lambda item: int(item[1].get("index", 0)))
    names = [str(state.get("name", name)) for name, state in ordered]
    steps = {(action.get("from"), action.get("to")) for action in process.get("actions") or []}
    return [State(name, (name, after) in steps) for name, after in zip(names, [*names[1:], ""], strict=True)]


def _actions(process: JsonObject) -> Iterator[ActionRow]:
    for action in process.get("actions") or []:
        yield ActionRow(str(action.get("name", "")), str(action.get("from", "")), str(action.get("to", "")))


def _right(right: JsonObject, manifest: Manifest) -> RightRow:
    may = tuple(
        right.get(key) in {True, "true"}
        for key in ("recordViewable", "recordAddable", "recordEditable", "recordDeletable", "appEditable")
    )
    return RightRow(who_is(right.get("entity", {}), manifest), may)  # type: ignore[arg-type]


def who_is(entity: JsonObject, manifest: Manifest) -> Text:
    """Return the words for somebody whom an app names: those of the placeholder where one stands."""
    code = str(entity.get("code") or "")
    if entity.get("type") == "CREATOR":
        return CREATOR
    if code == "everyone":
        return EVERYONE
    if match := PLACEHOLDER.fullmatch(code):
        declared = manifest.placeholder(match[1])
        return declared.label if declared else Text(match[1], match[1])
    return Text(code, code)
