"""Views, process, permissions, notifications, reports and the other parts that are one document each."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.kintone_api.conftest import Kintone

EVERYONE = {"type": "GROUP", "code": "everyone"}


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app with a text, a date and a user."""
    made = kintone.make_app()
    kintone.add_fields(
        made,
        名前={"type": "SINGLE_LINE_TEXT"},
        期限={"type": "DATE"},
        担当={"type": "USER_SELECT"},
        群={"type": "GROUP"},
    )
    return made


def read(kintone: Kintone, app: int, name: str) -> dict:
    found = kintone.get(f"preview/{name}", app=app)
    del found["revision"]
    return found


# What a part says of an app that nobody has changed.
INITIAL = {
    "app/views": {"views": {}},
    "app/status": {"enable": False, "states": None, "actions": None},
    "record/acl": {"rights": []},
    "field/acl": {"rights": []},
    "app/reports": {"reports": {}},
    "app/actions": {"actions": {}},
    "app/plugins": {"plugins": []},
    "app/notifications/general": {"notifications": [], "notifyToCommenter": True},
    "app/notifications/perRecord": {"notifications": []},
    "app/notifications/reminder": {"timezone": "Asia/Tokyo", "notifications": []},
    "app/customize": {"scope": "ALL", "desktop": {"js": [], "css": []}, "mobile": {"js": [], "css": []}},
    "app/adminNotes": {"content": "", "includeInTemplateAndDuplicates": False},
}


@pytest.mark.parametrize("name", INITIAL)
def test_a_part_nobody_wrote_has_its_initial_shape_in_preview_and_live(kintone: Kintone, name):
    made = kintone.live_app()
    assert kintone.get(f"preview/{name}", app=made) == {**INITIAL[name], "revision": "1"}
    assert kintone.get(name, app=made) == {**INITIAL[name], "revision": "1"}


def test_a_change_of_settings_keeps_what_it_leaves_out(kintone: Kintone, app):
    kintone.put("preview/app/settings", app=app, description="<b>説明</b>", firstMonthOfFiscalYear=4)
    found = read(kintone, app, "app/settings")
    assert found == {
        "name": "補助金申請",
        "description": "<b>説明</b>",
        "icon": {"type": "PRESET", "key": "APP72"},
        "theme": "WHITE",
        "titleField": {"selectionMode": "AUTO", "code": ""},
        "enableThumbnails": True,
        "enableBulkDeletion": False,
        "enableComments": True,
        "enableDuplicateRecord": True,
        "enableInlineRecordEditing": True,
        "numberPrecision": {"digits": "16", "decimalPlaces": "4", "roundingMode": "HALF_EVEN"},
        "firstMonthOfFiscalYear": "4",
    }


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"name": ""}, "name"),
        ({"name": "あ" * 65}, "name"),
        ({"theme": "PINK"}, "theme"),
        ({"icon": {"type": "PRESET", "key": "APP91"}}, "icon.key"),
        ({"enableComments": "maybe"}, "enableComments"),
        ({"titleField": {"selectionMode": "MANUAL"}}, "titleField.code"),
        ({"numberPrecision": {"digits": "16", "roundingMode": "UP"}}, "numberPrecision.decimalPlaces"),
        ({"firstMonthOfFiscalYear": "13"}, "firstMonthOfFiscalYear"),
    ],
)
def test_settings_out_of_bounds_are_named(kintone: Kintone, app, body, key):
    assert set(kintone.errors("PUT", "preview/app/settings", app=app, **body)) == {key}


VIEWS = {
    "一覧": {
        "type": "LIST",
        "name": "一覧",
        "index": "0",
        "fields": ["名前", "期限"],
        "filterCond": '名前 = "a"',
        "sort": "期限 asc",
    },
    "暦": {
        "type": "CALENDAR",
        "name": "暦",
        "index": "1",
        "date": "期限",
        "title": "名前",
        "filterCond": "",
        "sort": "名前 asc",
    },
    "自作": {
        "type": "CUSTOM",
        "name": "自作",
        "index": "2",
        "html": "<p></p>",
        "pager": True,
        "device": "ANY",
        "filterCond": "",
        "sort": "レコード番号 desc",
    },
}


def test_views_read_back_as_written_with_a_number_each(kintone: Kintone, app):
    answer = kintone.put("preview/app/views", app=app, views=VIEWS)
    found = read(kintone, app, "app/views")["views"]
    assert {name: {**view, "id": answer["views"][name]["id"]} for name, view in VIEWS.items()} == found
    assert len({view["id"] for view in found.values()}) == 3


def test_a_view_keeps_its_number_when_it_is_renamed_and_goes_when_it_is_left_out(kintone: Kintone, app):
    before = kintone.put("preview/app/views", app=app, views=VIEWS)["views"]
    renamed = {"一覧": {**VIEWS["一覧"], "name": "全件"}}
    after = kintone.put("preview/app/views", app=app, views=renamed)["views"]
    assert after == {"全件": before["一覧"]}


@pytest.mark.parametrize(
    ("view", "code"),
    [
        ({"type": "LIST", "index": 0, "fields": ["無"]}, "GAIA_FC01"),
        ({"type": "LIST", "index": 0, "fields": ["群"]}, "CB_VA01"),
        ({"type": "LIST", "fields": []}, "CB_VA01"),
        ({"type": "TABLE", "index": 0}, "CB_VA01"),
        ({"type": "CALENDAR", "index": 0, "date": "名前", "title": "名前"}, "CB_VA01"),
        ({"type": "LIST", "index": 0, "filterCond": "((("}, "CB_VA01"),
        ({"type": "LIST", "index": 0, "filterCond": "無 = 1"}, "GAIA_IQ11"),
        ({"type": "LIST", "index": 0, "filterCond": "limit 5"}, "CB_VA01"),
        ({"type": "LIST", "index": 0, "sort": "名前 sideways"}, "CB_VA01"),
    ],
)
def test_a_view_that_can_t_work_is_refused(kintone: Kintone, app, view, code):
    assert kintone.refused("PUT", "preview/app/views", app=app, views={"一覧": view}) == (400, code)


STATES = {
    "未処理": {"index": "0", "assignee": {"type": "ONE", "entities": []}},
    "審査中": {
        "index": "1",
        "assignee": {"type": "ANY", "entities": [{"entity": {"type": "USER", "code": "sato"}, "includeSubs": False}]},
    },
}
ACTIONS = [{"name": "審査へ", "from": "未処理", "to": "審査中", "filterCond": '名前 != ""'}]


def test_a_process_reads_back_as_written_and_actions_get_a_type(kintone: Kintone, app):
    kintone.put("preview/app/status", app=app, enable=True, states=STATES, actions=ACTIONS)
    assert read(kintone, app, "app/status") == {
        "enable": True,
        "states": {name: {"name": name, **state} for name, state in STATES.items()},
        "actions": [{**ACTIONS[0], "type": "PRIMARY"}],
    }


def test_the_fields_of_the_process_are_switched_with_it(kintone: Kintone, app):
    kintone.put("preview/app/status", app=app, enable=True, states=STATES, actions=ACTIONS)
    fields = kintone.get("preview/app/form/fields", app=app)["properties"]
    assert (fields["ステータス"]["enabled"], fields["作業者"]["enabled"]) == (True, True)
    kintone.put("preview/app/status", app=app, enable=False)
    fields = kintone.get("preview/app/form/fields", app=app)["properties"]
    assert (fields["ステータス"]["enabled"], fields["作業者"]["enabled"]) == (False, False)


def test_an_assignee_left_out_is_the_creator(kintone: Kintone, app):
    kintone.put("preview/app/status", app=app, enable=True, states={"初": {"index": 0}}, actions=[])
    by_creator = {"entity": {"type": "FIELD_ENTITY", "code": "作成者"}, "includeSubs": False}
    assert read(kintone, app, "app/status")["states"]["初"]["assignee"] == {"type": "ONE", "entities": [by_creator]}


def test_actions_follow_a_renamed_state(kintone: Kintone, app):
    kintone.put("preview/app/status", app=app, enable=True, states=STATES, actions=ACTIONS)
    states = {**STATES, "審査中": {**STATES["審査中"], "name": "審査"}}
    kintone.put("preview/app/status", app=app, states=states)
    assert read(kintone, app, "app/status")["actions"][0]["to"] == "審査"


def holder(kind: str, code: str) -> dict:
    return {"entity": {"type": kind, "code": code}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"states": {}}, "CB_VA01"),
        ({"states": None}, "CB_VA01"),
        ({"states": {"初": {"index": 0, "assignee": {"type": "ANY", "entities": []}}}}, "CB_VA01"),
        (
            {"states": {"初": {"index": 0, "assignee": {"type": "ONE", "entities": [holder("USER", "sato")]}}}},
            "CB_VA01",
        ),
        ({"actions": [{"name": "x", "from": "未処理", "to": "無い"}]}, "CB_VA01"),
        ({"actions": [{"name": "x", "from": "未処理", "to": "審査中", "filterCond": "無 = 1"}]}, "GAIA_IQ11"),
    ],
    ids=["no-states", "none", "first-any", "first-user", "unknown-state", "condition"],
)
def test_a_process_that_can_t_work_is_refused(kintone: Kintone, app, change, code):
    body = {"enable": True, "states": STATES, "actions": [], **change}
    assert kintone.refused("PUT", "preview/app/status", app=app, **body) == (400, code)


@pytest.mark.parametrize(
    ("entity", "code"),
    [
        (holder("USER", "nobody"), "GAIA_IL26"),
        (holder("GROUP", "nobody"), "GAIA_IL27"),
        (holder("ORGANIZATION", "nobody"), "GAIA_IL28"),
        (holder("FIELD_ENTITY", "無"), "GAIA_FC01"),
        (holder("CREATOR", ""), "CB_VA01"),
    ],
)
def test_an_assignee_must_exist(kintone: Kintone, app, entity, code):
    states = {**STATES, "審査中": {"index": 1, "assignee": {"type": "ONE", "entities": [entity]}}}
    body = {"enable": True, "states": states, "actions": []}
    assert kintone.refused("PUT", "preview/app/status", app=app, **body) == (400, code)


# A document of each part as a template would write it; it must read back unchanged.
RIGHTS = (
    "appEditable",
    "recordViewable",
    "recordAddable",
    "recordEditable",
    "recordDeletable",
    "recordImportable",
    "recordExportable",
)
ROUND_TRIPS = {
    "app/acl": {
        "rights": [
            {"entity": {"type": "CREATOR", "code": None}, "includeSubs": False, **dict.fromkeys(RIGHTS, True)},
            {"entity": EVERYONE, "includeSubs": False, **dict.fromkeys(RIGHTS, False)},
        ]
    },
    "record/acl": {
        "rights": [
            {
                "filterCond": '名前 = "秘"',
                "entities": [
                    {
                        "entity": {"type": "FIELD_ENTITY", "code": "担当"},
                        "includeSubs": False,
                        "viewable": True,
                        "editable": True,
                        "deletable": False,
                    }
                ],
            }
        ]
    },
    "field/acl": {
        "rights": [{"code": "名前", "entities": [{"entity": EVERYONE, "includeSubs": False, "accessibility": "READ"}]}]
    },
    "app/notifications/general": {
        "notifyToCommenter": False,
        "notifications": [
            {
                "entity": {"type": "FIELD_ENTITY", "code": "作業者"},
                "includeSubs": False,
                "recordAdded": False,
                "recordEdited": False,
                "commentAdded": True,
                "statusChanged": True,
                "fileImported": False,
            }
        ],
    },
    "app/notifications/perRecord": {
        "notifications": [{"filterCond": "", "title": "新着", "targets": [{"entity": EVERYONE, "includeSubs": False}]}]
    },
    "app/notifications/reminder": {
        "timezone": "Asia/Tokyo",
        "notifications": [
            {
                "timing": {"code": "期限", "daysLater": "-3", "time": "09:30"},
                "filterCond": "",
                "title": "期限が近づきました",
                "targets": [{"entity": EVERYONE, "includeSubs": False}],
            }
        ],
    },
    "app/customize": {
        "scope": "ADMIN",
        "desktop": {"js": [{"type": "URL", "url": "https://example.jp/a.js"}], "css": []},
        "mobile": {"js": [], "css": []},
    },
    "app/adminNotes": {"content": "<p>引継ぎ</p>", "includeInTemplateAndDuplicates": True},
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_a_part_reads_back_as_written_also_after_the_deploy(kintone: Kintone, app, name):
    kintone.put(f"preview/{name}", app=app, **ROUND_TRIPS[name])
    assert read(kintone, app, name) == ROUND_TRIPS[name]
    kintone.deploy(app)
    assert kintone.get(name, app=app) == {**ROUND_TRIPS[name], "revision": "3"}


NUMBERED = {
    "reports": {
        "地区別": {
            "chartType": "BAR",
            "chartMode": "NORMAL",
            "name": "地区別",
            "index": "0",
            "groups": [{"code": "名前"}, {"code": "期限", "per": "MONTH"}],
            "aggregations": [{"type": "COUNT"}],
            "filterCond": "",
            "sorts": [{"by": "TOTAL", "order": "DESC"}],
            "periodicReport": {"active": True, "period": {"every": "MONTH", "dayOfMonth": "1", "time": "09:00"}},
        }
    },
    "actions": {
        "写し": {
            "name": "写し",
            "index": "0",
            "destApp": {"app": "1", "code": ""},
            "mappings": [
                {"srcType": "FIELD", "srcField": "名前", "destField": "名前"},
                {"srcType": "RECORD_URL", "destField": "名前"},
            ],
            "entities": [EVERYONE],
            "filterCond": "",
        }
    },
}


@pytest.mark.parametrize("part", NUMBERED)
def test_reports_and_actions_read_back_with_a_number(kintone: Kintone, app, part):
    answer = kintone.put(f"preview/app/{part}", app=app, **{part: NUMBERED[part]})
    ((name, item),) = NUMBERED[part].items()
    assert read(kintone, app, f"app/{part}") == {part: {name: {**item, "id": answer[part][name]["id"]}}}


REFUSED = [
    ("app/acl", {"rights": [holder("USER", "nobody")]}, "GAIA_IL26"),
    ("app/acl", {"rights": [holder("USER", "sato"), holder("USER", "sato")]}, "CB_VA01"),
    ("app/acl", {}, "CB_VA01"),
    ("record/acl", {"rights": [{"filterCond": "((", "entities": []}]}, "CB_VA01"),
    ("field/acl", {"rights": [{"code": "無", "entities": []}]}, "GAIA_FC01"),
    ("field/acl", {"rights": [{"code": "名前", "entities": []}] * 2}, "CB_VA01"),
    (
        "field/acl",
        {"rights": [{"code": "名前", "entities": [{**holder("USER", "sato"), "accessibility": "ALL"}]}]},
        "CB_VA01",
    ),
    ("app/notifications/general", {"notifications": [holder("USER", "nobody")]}, "GAIA_IL26"),
    ("app/notifications/perRecord", {"notifications": [{"title": "あ" * 101, "targets": []}]}, "CB_VA01"),
    ("app/notifications/reminder", {"timezone": "Mars/Olympus"}, "CB_VA01"),
    (
        "app/notifications/reminder",
        {"notifications": [{"timing": {"code": "期限", "daysLater": 1, "time": "09:15"}, "targets": []}]},
        "CB_VA01",
    ),
    (
        "app/notifications/reminder",
        {"notifications": [{"timing": {"code": "名前", "daysLater": 1, "time": "09:10"}, "targets": []}]},
        "CB_VA01",
    ),
    ("app/reports", {"reports": {"x": {"chartType": "BAR", "index": 0}}}, "CB_VA01"),
    ("app/reports", {"reports": {"x": {"chartType": "PIE", "index": 0, "groups": [{"code": "無"}]}}}, "GAIA_FC01"),
    ("app/reports", {"reports": {"x": {"chartType": "PIE", "index": 0, "groups": [{"code": "名前"}] * 4}}}, "CB_VA01"),
    ("app/actions", {"actions": {"x": {"index": 0, "destApp": {"app": 99}}}}, "GAIA_AP01"),
    ("app/actions", {"actions": {"x" * 33: {"index": 0, "name": "x" * 33, "destApp": {"app": 1}}}}, "CB_VA01"),
    ("app/customize", {"desktop": {"js": [{"type": "URL", "url": "http://example.jp/a.js"}]}}, "CB_VA01"),
    ("app/customize", {"desktop": {"js": [{"type": "URL", "url": "https://a.jp/"}] * 31}}, "CB_VA01"),
    ("app/customize", {"scope": "SOME"}, "CB_VA01"),
    ("app/adminNotes", {"content": "あ" * 10_001}, "CB_VA01"),
]


@pytest.mark.parametrize(("name", "body", "code"), REFUSED)
def test_a_part_that_can_t_work_is_refused_and_changes_nothing(kintone: Kintone, app, name, body, code):
    before = kintone.get(f"preview/{name}", app=app)
    status, found = kintone.refused("PUT", f"preview/{name}", app=app, **body)
    assert (found, status) == (code, 404 if code == "GAIA_AP01" else 400)
    assert kintone.get(f"preview/{name}", app=app) == before


def test_a_plug_in_can_t_be_added_where_none_is_installed(kintone: Kintone, app):
    assert kintone.refused("POST", "preview/app/plugins", app=app, ids=["abc"]) == (400, "GAIA_PL01")
    kintone.post("preview/app/plugins", app=app, ids=[])


def test_an_uploaded_script_is_shown_under_a_key_that_can_be_read(kintone: Kintone, app, web):
    uploaded = kintone.client.post(
        "/w/shimotsuma/k/v1/file.json",
        data={"file": (BytesIO(b"alert(1)"), "a.js", "text/javascript")},
        headers=kintone.headers,
    ).json["fileKey"]
    item = {"type": "FILE", "file": {"fileKey": uploaded}}
    kintone.put("preview/app/customize", app=app, desktop={"js": [item]})
    shown = read(kintone, app, "app/customize")["desktop"]["js"][0]["file"]
    assert (shown["name"], shown["size"]) == ("a.js", "8")
    assert kintone.send("GET", "file", query_string={"fileKey": shown["fileKey"]}).data == b"alert(1)"
    kept = {"type": "FILE", "file": {"fileKey": shown["fileKey"]}}
    kintone.put("preview/app/customize", app=app, desktop={"js": [kept]})


def test_an_unknown_file_key_is_refused(kintone: Kintone, app):
    icon = {"type": "FILE", "file": {"fileKey": "abc"}}
    assert kintone.refused("PUT", "preview/app/settings", app=app, icon=icon) == (404, "GAIA_BL01")
