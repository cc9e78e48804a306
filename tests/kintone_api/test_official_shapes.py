"""The answers of the settings APIs have exactly the shapes that kintone's own API description gives them."""

from __future__ import annotations

import copy
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from tests.kintone_api.conftest import Kintone

DOCUMENT = json.loads(Path("tests/data/kintone-openapi/settings.json").read_text(encoding="utf-8"))
OPTIONS = {"A": {"label": "A", "index": "0"}}
# What real answers have beside the description (each is known from the live service).
ALSO = {
    "AppFormFieldsGetCalcFieldForm": {"format": {"type": "string"}},
    "AppActionsGetAction": {"filterCond": {"type": "string"}},
    "AppStatusGetActionForm": {"type": {"enum": ["PRIMARY"]}},
}
# What only some answers have.
OPTIONAL = frozenset({"periodicReport", "expression"})
# Null where there is nothing to tell.
NULLABLE = frozenset({"spaceId", "threadId", "states", "actions", "code"})


def is_counted(_checker: object, value: object) -> bool:
    """Ids, counts and indexes are strings of digits; empty where nothing is set."""
    return isinstance(value, str) and re.fullmatch(r"-?[0-9]*", value) is not None


CHECKER = Draft202012Validator.TYPE_CHECKER.redefine("integer", is_counted)
Validator = extend(Draft202012Validator, type_checker=CHECKER)


def exact(schema: Any) -> Any:
    """Make every key of a schema required, and every other key a mistake."""
    if isinstance(schema, list):
        return [exact(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: exact(each) for name, each in schema.items() if name != "properties"}
    if "properties" in schema:
        made["properties"] = {
            name: {"anyOf": [exact(each), {"type": "null"}]} if name in NULLABLE else exact(each)
            for name, each in schema["properties"].items()
        }
        made["required"] = [name for name in schema["properties"] if name not in OPTIONAL]
        made["additionalProperties"] = False
    return made


def schema_of(name: str) -> dict[str, Any]:
    components = copy.deepcopy(DOCUMENT["components"]["schemas"])
    for component, properties in ALSO.items():
        components[component]["properties"] |= properties
    components = {component: exact(schema) for component, schema in components.items()}
    return {**exact(DOCUMENT["answers"][name]), "components": {"schemas": components}}


def mistakes(name: str, answer: object) -> list[str]:
    errors = Validator(schema_of(name)).iter_errors(answer)
    return [f"{error.json_path}: {error.message[:300]}" for error in errors]


FIELDS: dict[str, dict[str, Any]] = {
    "文字": {"type": "SINGLE_LINE_TEXT", "maxLength": "5", "unique": True},
    "複数行": {"type": "MULTI_LINE_TEXT"},
    "書式": {"type": "RICH_TEXT"},
    "数": {"type": "NUMBER", "minValue": "1", "displayScale": "2"},
    "計": {"type": "CALC", "expression": "数 * 2"},
    "単一": {"type": "RADIO_BUTTON", "options": OPTIONS},
    "多数": {"type": "CHECK_BOX", "options": OPTIONS},
    "複数": {"type": "MULTI_SELECT", "options": OPTIONS},
    "一つ": {"type": "DROP_DOWN", "options": OPTIONS},
    "日": {"type": "DATE"},
    "時": {"type": "TIME"},
    "日時": {"type": "DATETIME"},
    "添付": {"type": "FILE"},
    "先": {"type": "LINK"},
    "人": {"type": "USER_SELECT", "defaultValue": [{"type": "FUNCTION", "code": "LOGINUSER()"}]},
    "課": {"type": "ORGANIZATION_SELECT"},
    "組": {"type": "GROUP_SELECT", "entities": [{"type": "GROUP", "code": "everyone"}]},
    "群": {"type": "GROUP"},
    "表": {
        "type": "SUBTABLE",
        "fields": {
            "行数": {"type": "NUMBER", "code": "行数", "label": "行数"},
            "行計": {"type": "CALC", "code": "行計", "label": "行計", "expression": "行数"},
        },
    },
}
EVERYONE = {"type": "GROUP", "code": "everyone"}
BY_FIELD = {"entity": {"type": "FIELD_ENTITY", "code": "人"}, "includeSubs": False}
PARTS: dict[str, dict[str, Any]] = {
    "app/status": {
        "enable": True,
        "states": {
            "未": {"index": 0},
            "済": {"index": 1, "assignee": {"type": "ANY", "entities": [BY_FIELD]}},
        },
        "actions": [{"name": "終える", "from": "未", "to": "済"}],
    },
    "app/views": {
        "views": {
            "一覧": {"type": "LIST", "index": 0, "fields": ["文字"]},
            "暦": {"type": "CALENDAR", "index": 1, "date": "日"},
            "自作": {"type": "CUSTOM", "index": 2, "html": "<p></p>"},
            "担当分": {"type": "LIST", "index": 3, "fields": ["数"], "builtinType": "ASSIGNEE"},
        }
    },
    "app/reports": {
        "reports": {
            f"図{index}": {
                "chartType": kind,
                "index": index,
                "groups": [{"code": "文字"}, {"code": "日", "per": "MONTH"}],
                "aggregations": [{"type": "COUNT"}, {"type": "SUM", "code": "数"}][: 1 if "PIVOT" in kind else 2],
                "sorts": [{"by": "GROUP1", "order": "ASC"}],
                **({"chartMode": "STACKED"} if kind in {"BAR", "COLUMN", "AREA", "SPLINE_AREA"} else {}),
                "periodicReport": {"period": {"every": "WEEK", "dayOfWeek": "MONDAY", "time": "09:00"}},
            }
            for index, kind in enumerate(
                ("BAR", "COLUMN", "PIE", "LINE", "PIVOT_TABLE", "TABLE", "AREA", "SPLINE", "SPLINE_AREA")
            )
        }
    },
    "app/acl": {"rights": [{"entity": {"type": "CREATOR"}, "appEditable": True}, {"entity": EVERYONE}]},
    "record/acl": {"rights": [{"filterCond": '文字 = "x"', "entities": [{**BY_FIELD, "viewable": True}]}]},
    "field/acl": {"rights": [{"code": "文字", "entities": [{"entity": EVERYONE, "accessibility": "READ"}]}]},
    "app/notifications/general": {"notifications": [{**BY_FIELD, "recordAdded": True}]},
    "app/notifications/perRecord": {"notifications": [{"filterCond": "数 > 1", "targets": [{"entity": EVERYONE}]}]},
    "app/notifications/reminder": {
        "notifications": [
            {"timing": {"code": "日", "daysLater": 1, "time": "09:00"}, "targets": [BY_FIELD]},
            {"timing": {"code": "日時", "daysLater": -1, "hoursLater": 30}, "targets": [BY_FIELD]},
        ]
    },
    "app/actions": {
        "actions": {
            "写す": {
                "index": 0,
                "destApp": {"app": 1},
                "mappings": [
                    {"srcType": "FIELD", "srcField": "文字", "destField": "名"},
                    {"srcType": "RECORD_URL", "destField": "名"},
                ],
                "entities": [EVERYONE],
            }
        }
    },
    "app/adminNotes": {"content": "<b>x</b>"},
}


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app that uses everything the settings offer, in use."""
    master = kintone.live_app(名={"type": "SINGLE_LINE_TEXT", "unique": True}, 値={"type": "NUMBER"})
    assert master == 1
    made = kintone.make_app()
    kintone.add_fields(made, **FIELDS)
    lookup = {
        "relatedApp": {"app": master},
        "relatedKeyField": "名",
        "fieldMappings": [{"field": "数", "relatedField": "値"}],
    }
    table = {
        "relatedApp": {"app": master},
        "condition": {"field": "文字", "relatedField": "名"},
        "displayFields": ["値"],
    }
    kintone.add_fields(
        made,
        参照={"type": "SINGLE_LINE_TEXT", "lookup": lookup},
        関連={"type": "REFERENCE_TABLE", "referenceTable": table},
    )
    put_layout(kintone, made)
    uploaded = kintone.client.post(
        "/w/shimotsuma/k/v1/file.json",
        data={"file": (BytesIO(b"x"), "a.js", "text/javascript")},
        headers=kintone.headers,
    ).json["fileKey"]
    for name, body in PARTS.items():
        kintone.put(f"preview/{name}", app=made, **body)
    kintone.put(
        "preview/app/customize",
        app=made,
        desktop={"js": [{"type": "URL", "url": "https://example.jp/a.js"}]},
        mobile={"css": [{"type": "FILE", "file": {"fileKey": uploaded}}]},
    )
    kintone.deploy(made)
    return made


def put_layout(kintone: Kintone, app: int) -> None:
    """Add decorations, built-in fields and a filled group to the layout that the fields gave."""
    rows = [row for row in kintone.get("preview/app/form/layout", app=app)["layout"] if row.get("code") != "群"]
    moved = rows.pop(0)
    standard = [
        {"type": kind, "code": code}
        for kind, code in (("RECORD_NUMBER", "レコード番号"), ("CREATOR", "作成者"), ("UPDATED_TIME", "更新日時"))
    ]
    decorations = [
        {"type": "LABEL", "label": "<b>x</b>", "size": {"width": "100"}},
        {"type": "SPACER", "elementId": "s", "size": {"width": "100", "height": "50"}},
        {"type": "HR", "size": {"width": "100"}},
    ]
    group = {"type": "GROUP", "code": "群", "layout": [moved]}
    rows += [{"type": "ROW", "fields": standard}, {"type": "ROW", "fields": decorations}, group]
    kintone.put("preview/app/form/layout", app=app, layout=rows)


NAMES = [name for name in DOCUMENT["answers"] if name not in {"app", "apps", "preview/app/deploy"}]


@pytest.mark.parametrize("stage", ["", "preview/"])
def test_the_settings_of_an_app_that_uses_everything(kintone: Kintone, app, stage):
    assert {name: mistakes(name, kintone.get(f"{stage}{name}", app=app)) for name in NAMES} == {
        name: [] for name in NAMES
    }


def test_the_settings_of_an_app_that_nobody_has_changed(kintone: Kintone):
    made = kintone.live_app()
    assert {name: mistakes(name, kintone.get(name, app=made)) for name in NAMES} == {name: [] for name in NAMES}


def test_apps_and_deploys(kintone: Kintone, app):
    assert mistakes("app", kintone.get("app", id=app)) == []
    assert mistakes("apps", kintone.get("apps")) == []
    assert mistakes("preview/app/deploy", kintone.get("preview/app/deploy", **{"apps[0]": app})) == []


def test_every_field_has_the_attributes_of_its_type_and_no_others(kintone: Kintone, app):
    """The description tells fields apart by their attributes, so each is also compared with the form of its type."""
    forms = DOCUMENT["components"]["schemas"]
    form_of = {
        "SINGLE_LINE_TEXT": "SingleLineTextField",
        "MULTI_LINE_TEXT": "MultipleLineTextField",
        "RICH_TEXT": "EditorField",
        "NUMBER": "DecimalField",
        "CALC": "CalcField",
        "RADIO_BUTTON": "SingleCheckField",
        "CHECK_BOX": "MultipleCheckField",
        "MULTI_SELECT": "MultipleSelectField",
        "DROP_DOWN": "SingleSelectField",
        "DATE": "DateField",
        "TIME": "TimeField",
        "DATETIME": "DatetimeField",
        "FILE": "FileField",
        "LINK": "LinkField",
        "USER_SELECT": "UserSelectField",
        "ORGANIZATION_SELECT": "OrganizationSelectField",
        "GROUP_SELECT": "GroupSelectField",
        "REFERENCE_TABLE": "ReferenceTableField",
        "GROUP": "GroupField",
        "SUBTABLE": "Table",
        "RECORD_NUMBER": "RecordIdField",
        "CREATOR": "ModifierField",
        "MODIFIER": "ModifierField",
        "CREATED_TIME": "ModifiedAtField",
        "UPDATED_TIME": "ModifiedAtField",
        "CATEGORY": "CategoryField",
        "STATUS": "StatusField",
        "STATUS_ASSIGNEE": "StatusAssigneeField",
    }
    found = kintone.get("app/form/fields", app=app)["properties"]
    assert {each["type"] for each in found.values()} == set(form_of)
    for code, each in found.items():
        name = "LookupField" if "lookup" in each else form_of[each["type"]]
        form = f"AppFormFieldsGet{name}Form"
        assert set(each) == set(forms[form]["properties"]) | set(ALSO.get(form, {})), code
