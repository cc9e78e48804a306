"""Bundles for tests, valid unless told otherwise; other domains' tests may import them."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_zip

Json = dict[str, Any]
ICON = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#00f"/></svg>\n'
PDF = b"%PDF-1.4\n%%EOF\n"


def make_field(type_: str, code: str, **attributes: Any) -> Json:
    """Make a field whose label is its code."""
    return {"type": type_, "code": code, "label": code, "noLabel": False, **attributes}


def make_options(*labels: str) -> Json:
    """Make the options of a choice field, in the order given."""
    return {label: {"label": label, "index": str(index)} for index, label in enumerate(labels)}


def make_layout(fields: Mapping[str, Json]) -> Json:
    """Make a layout with one row for each field; groups stay empty."""
    rows: list[Json] = []
    for code, field in fields.items():
        if field["type"] == "SUBTABLE":
            columns = [{"type": inner["type"], "code": column} for column, inner in field["fields"].items()]
            rows.append({"type": "SUBTABLE", "code": code, "fields": columns})
        elif field["type"] == "GROUP":
            rows.append({"type": "GROUP", "code": code, "layout": []})
        else:
            cell = {"type": field["type"], "code": code, "size": {"width": "200"}}
            rows.append({"type": "ROW", "fields": [cell]})
    return {"layout": rows}


def make_app(name: str, *fields: Json, **parts: Json) -> dict[str, Json]:
    """Make the parts of an app from its fields; any part can be given as a whole."""
    properties = {field["code"]: field for field in fields}
    return {
        "settings": {
            "name": name,
            "description": "",
            "icon": {"type": "PRESET", "key": "APP39"},
            "theme": "BLUE",
            "firstMonthOfFiscalYear": "4",
        },
        "fields": {"properties": properties},
        "layout": make_layout(properties),
        **parts,
    }


def make_manifest(*app_keys: str, **changes: Any) -> Json:
    """Make a manifest of the given apps."""
    manifest = {
        "format": 1,
        "slug": "subsidy-grant-management",
        "version": "1.0.0",
        "name": {"ja": "補助金申請管理", "en": "Subsidy management"},
        "summary": {"ja": "補助金の申請を受け付けて審査します。", "en": "Receives and reviews subsidy requests."},
        "category": "sangyo",
        "departments": ["産業振興課"],
        "keywords": ["補助金"],
        "license": "CC-BY-4.0",
        "icon": "images/icon.svg",
        "apps": [{"key": key} for key in app_keys],
    }
    manifest.update(changes)
    return {key: value for key, value in manifest.items() if value is not None}


def make_simple_app() -> dict[str, Json]:
    """Make an app with two fields."""
    return make_app(
        "申請",
        make_field("SINGLE_LINE_TEXT", "件名", required=True),
        make_field("DROP_DOWN", "地区", options=make_options("東", "西"), defaultValue=""),
    )


def make_files(
    apps: Mapping[str, Mapping[str, Json]] | None = None,
    *,
    manifest: Json | None = None,
    files: Mapping[str, bytes | str | None] | None = None,
) -> dict[str, bytes]:
    """Make the files of a bundle by path; `files` adds some, or takes one away when it is None."""
    apps = {"request": make_simple_app()} if apps is None else apps
    made: dict[str, bytes] = {
        "template.json": dump(manifest or make_manifest(*apps)),
        "README.md": "# 補助金申請管理\n\n使い方の説明です。\n".encode(),
        "images/icon.svg": ICON,
    }
    for key, parts in apps.items():
        made.update({f"apps/{key}/{part}.json": dump(content) for part, content in parts.items()})
    for path, content in (files or {}).items():
        if content is None:
            made.pop(path, None)
        else:
            made[path] = content.encode() if isinstance(content, str) else content
    return made


def dump(value: Any) -> bytes:
    """Return JSON as authors write it."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip as an ordinary program makes it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return target.getvalue()


def make_bundle(
    apps: Mapping[str, Mapping[str, Json]] | None = None,
    *,
    manifest: Json | None = None,
    files: Mapping[str, bytes | str | None] | None = None,
    **manifest_changes: Any,
) -> Bundle:
    """Make a bundle of the given apps (parts by name); keywords change the manifest."""
    apps = {"request": make_simple_app()} if apps is None else apps
    if manifest is None:
        manifest = make_manifest(*apps, **manifest_changes)
    return read_zip(pack(make_files(apps, manifest=manifest, files=files)))


def make_program_master() -> dict[str, Json]:
    """Make the app that lookups point at: its key field is unique."""
    return make_app(
        "補助制度マスタ",
        make_field("SINGLE_LINE_TEXT", "制度コード", required=True, unique=True),
        make_field("SINGLE_LINE_TEXT", "制度名", required=True),
        make_field("NUMBER", "上限額", unit="円", unitPosition="AFTER"),
        make_field(
            "REFERENCE_TABLE",
            "申請一覧",
            referenceTable={
                "relatedApp": {"app": "request"},
                "condition": {"field": "制度コード", "relatedField": "制度コード"},
                "filterCond": '申請区分 in ("新規")',
                "displayFields": ["申請者名", "申請額"],
                "size": "5",
            },
        ),
        records={
            "records": [
                {"制度コード": {"value": "S-01"}, "制度名": {"value": "商店街活性化"}, "上限額": {"value": "500000"}},
                {"制度コード": {"value": "S-02"}, "制度名": {"value": "創業支援"}, "上限額": {"value": "1000000"}},
            ],
        },
    )


def make_request_app() -> dict[str, Json]:
    """Make the app with a lookup, a table, a process, rights, notifications, a report and sample records."""
    chief = {"type": "USER", "code": "{{section-chief}}"}
    everyone = {"type": "GROUP", "code": "everyone"}
    return make_app(
        "補助金申請",
        make_field(
            "SINGLE_LINE_TEXT",
            "制度コード",
            required=True,
            lookup={
                "relatedApp": {"app": "program"},
                "relatedKeyField": "制度コード",
                "fieldMappings": [
                    {"field": "制度名", "relatedField": "制度名"},
                    {"field": "上限額", "relatedField": "上限額"},
                ],
                "lookupPickerFields": ["制度名"],
                "filterCond": "",
                "sort": "制度コード asc",
            },
        ),
        make_field("SINGLE_LINE_TEXT", "制度名"),
        make_field("NUMBER", "上限額"),
        make_field("SINGLE_LINE_TEXT", "申請番号", unique=True),
        make_field("SINGLE_LINE_TEXT", "申請者名", required=True, maxLength="64"),
        make_field("RADIO_BUTTON", "申請区分", options=make_options("新規", "継続"), defaultValue="新規"),
        make_field("DROP_DOWN", "地区", options=make_options("東地区", "西地区"), defaultValue=""),
        make_field("DATE", "受付日", required=True, defaultNowValue=True),
        make_field("DATETIME", "面談日時"),
        make_field("USER_SELECT", "担当者", entities=[], defaultValue=[chief]),
        make_field("FILE", "申請書"),
        make_field(
            "SUBTABLE",
            "経費明細",
            fields={
                "費目": make_field("SINGLE_LINE_TEXT", "費目"),
                "金額": make_field("NUMBER", "金額", required=True),
            },
        ),
        make_field("CALC", "申請額", expression="SUM(金額)", format="NUMBER_DIGIT"),
        views={
            "views": {
                "一覧": {
                    "type": "LIST",
                    "name": "一覧",
                    "index": "0",
                    "fields": ["申請番号", "申請者名", "申請額"],
                    "filterCond": '地区 in ("東地区") and 担当者 in ("{{section-chief}}", LOGINUSER())',
                    "sort": "受付日 desc",
                },
            },
        },
        process={
            "enable": True,
            "states": {
                "受付": {"name": "受付", "index": "0", "assignee": {"type": "ONE", "entities": []}},
                "審査中": {
                    "name": "審査中",
                    "index": "1",
                    "assignee": {"type": "ANY", "entities": [{"entity": chief, "includeSubs": False}]},
                },
                "完了": {"name": "完了", "index": "2", "assignee": {"type": "ONE", "entities": []}},
            },
            "actions": [
                {"name": "審査へ", "from": "受付", "to": "審査中", "filterCond": ""},
                {"name": "差戻し", "from": "審査中", "to": "受付", "filterCond": ""},
                {"name": "承認", "from": "審査中", "to": "完了", "filterCond": "申請額 > 0"},
            ],
        },
        permissions={
            "app": {"rights": [{"entity": {"type": "CREATOR"}, "appEditable": True}, {"entity": everyone}]},
            "record": {"rights": [{"filterCond": "", "entities": [{"entity": everyone, "viewable": True}]}]},
            "field": {"rights": [{"code": "上限額", "entities": [{"entity": everyone, "accessibility": "READ"}]}]},
        },
        notifications={
            "general": {"notifications": [{"entity": chief, "recordAdded": True}], "notifyToCommenter": True},
            "perRecord": {
                "notifications": [{"filterCond": "申請額 > 100000", "title": "高額", "targets": [{"entity": chief}]}]
            },
            "reminder": {
                "timezone": "Asia/Tokyo",
                "notifications": [
                    {
                        "timing": {"code": "受付日", "daysLater": "7", "time": "09:00"},
                        "filterCond": "",
                        "title": "7日経過",
                        "targets": [{"entity": {"type": "FIELD_ENTITY", "code": "担当者"}}],
                    },
                ],
            },
        },
        reports={
            "reports": {
                "地区別": {
                    "chartType": "COLUMN",
                    "chartMode": "NORMAL",
                    "index": "0",
                    "groups": [{"code": "地区"}],
                    "aggregations": [{"type": "SUM", "code": "申請額"}],
                    "sorts": [{"by": "TOTAL", "order": "DESC"}],
                    "filterCond": "",
                },
            },
        },
        actions={
            "actions": {
                "実績報告を作る": {
                    "index": "0",
                    "destApp": {"app": "report"},
                    "mappings": [{"srcType": "FIELD", "srcField": "申請番号", "destField": "申請番号"}],
                    "entities": [everyone],
                    "filterCond": "",
                },
            },
        },
        records={
            "records": [
                {
                    "制度コード": {"value": "S-01"},
                    "申請番号": {"value": "R{{fiscal_year}}-001"},
                    "申請者名": {"value": "見本 太郎"},
                    "申請区分": {"value": "新規"},
                    "地区": {"value": "東地区"},
                    "受付日": {"value": "{{today-2w}}"},
                    "面談日時": {"value": "{{today+1d 10:00}}"},
                    "担当者": {"value": [{"code": "{{section-chief}}"}]},
                    "申請書": {"value": [{"path": "files/form.pdf"}]},
                    "経費明細": {"value": [{"value": {"費目": {"value": "印刷費"}, "金額": {"value": "30000"}}}]},
                    "$status": {"value": "審査中"},
                },
            ],
        },
    )


def make_report_app() -> dict[str, Json]:
    """Make the app that looks up the request, which itself looks up the program."""
    return make_app(
        "実績報告",
        make_field(
            "SINGLE_LINE_TEXT",
            "申請番号",
            lookup={
                "relatedApp": {"app": "request"},
                "relatedKeyField": "申請番号",
                "fieldMappings": [{"field": "申請者", "relatedField": "申請者名"}],
                "lookupPickerFields": ["申請者名"],
                "filterCond": "",
                "sort": "",
            },
        ),
        make_field("SINGLE_LINE_TEXT", "申請者"),
        make_field("MULTI_LINE_TEXT", "成果"),
    )


def make_three_apps() -> dict[str, dict[str, Json]]:
    """Make three apps joined by two lookups, related records and an action; the keys are program, request, report."""
    return {"report": make_report_app(), "request": make_request_app(), "program": make_program_master()}


def make_joined_bundle(change: Any = None, **manifest_changes: Any) -> Bundle:
    """Make a bundle of the three joined apps; `change` may alter the apps first."""
    apps = copy.deepcopy(make_three_apps())
    if change is not None:
        change(apps)
    placeholder = {
        "key": "section-chief",
        "kind": "USER",
        "label": {"ja": "所属長", "en": "Section chief"},
        "hint": {"ja": "申請を審査する所属長", "en": "Who reviews the requests"},
    }
    manifest = make_manifest(
        *apps,
        **{
            "placeholders": [placeholder],
            "localise": [{"app": "request", "field": "地区", "hint": {"ja": "自団体の地区名に置き換えます"}}],
            "personal_data": {"handles": True, "kinds": ["氏名"]},
            **manifest_changes,
        },
    )
    return make_bundle(apps, manifest=manifest, files={"apps/request/files/form.pdf": PDF})
