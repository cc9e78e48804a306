"""Bundles of two joined apps with a field of every type, each setting filled at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.bundle.factories import PDF, Json, make_app, make_bundle, make_field, make_manifest, make_options

PLACEHOLDERS = {"chief": "USER", "team": "GROUP", "office": "ORGANIZATION"}
CODES = {"chief": "sato", "team": "kikaku", "office": "somu"}
"""What the placeholders become in the workspaces of these tests."""
CHIEF, TEAM, OFFICE = ({"type": kind, "code": f"{{{{{key}}}}}"} for key, kind in PLACEHOLDERS.items())
EVERYONE = {"type": "GROUP", "code": "everyone"}
CREATOR = {"type": "CREATOR"}
AUTHOR = {"type": "FIELD_ENTITY", "code": "作成者"}
LOGIN = {"type": "FUNCTION", "code": "LOGINUSER()"}
words = st.text(st.characters(codec="utf-8", categories=["Lo", "Ll", "Nd"]), min_size=1, max_size=6)
flags = st.booleans()
digits = st.integers(0, 30).map(str)
options = st.lists(words, min_size=1, max_size=4, unique=True)
conditions = st.sampled_from(
    (
        "",
        '文字 = "a\\"b\\\\"',
        '担当 in ("{{chief}}", LOGINUSER()) and 数値 >= 3',
        '班 in ("{{team}}") or (課 in ("{{office}}") and 日付 = TODAY())',
        '作成者 in ("{{chief}}")',
    )
)
orders = st.sampled_from(("レコード番号 desc", "数値 asc, 日付 desc"))
everybody = st.lists(st.sampled_from((CHIEF, TEAM, OFFICE, EVERYONE)), min_size=1, max_size=4, unique_by=str)


def some(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Choose some of the attributes, or all, or none."""
    return st.fixed_dictionaries({}, optional=strategies)


@st.composite
def choices(draw: st.DrawFn, kind: str, code: str) -> Json:
    labels = draw(options)
    many = kind in {"CHECK_BOX", "MULTI_SELECT"}
    default = draw(st.lists(st.sampled_from(labels), unique=True)) if many else draw(st.sampled_from(labels))
    extra = (
        {"align": draw(st.sampled_from(("HORIZONTAL", "VERTICAL")))} if kind in {"RADIO_BUTTON", "CHECK_BOX"} else {}
    )
    return make_field(kind, code, options=make_options(*labels), defaultValue=default, **extra)


def numbers(kind: str, code: str, **fixed: Any) -> st.SearchStrategy[Json]:
    unit = some(unit=words, unitPosition=st.sampled_from(("BEFORE", "AFTER")), displayScale=st.integers(0, 10).map(str))
    return st.tuples(unit, some(required=flags)).map(lambda two: make_field(kind, code, **two[0], **two[1], **fixed))


def texts(kind: str, code: str, **strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return some(required=flags, noLabel=flags, **strategies).map(lambda given: make_field(kind, code) | given)


def selection(kind: str, code: str, *allowed: Json) -> st.SearchStrategy[Json]:
    some_of = st.lists(st.sampled_from(allowed), max_size=2, unique_by=str)
    return st.tuples(some_of, flags).map(
        lambda two: make_field(kind, code, entities=two[0], defaultValue=[*two[0]] if two[1] else [])
    )


@st.composite
def form(draw: st.DrawFn) -> list[Json]:
    column = st.sampled_from(("SINGLE_LINE_TEXT", "NUMBER", "DATE", "LINK"))
    columns = {code: make_field(draw(column), code, required=draw(flags)) for code in ("列一", "列二")}
    return [
        draw(texts("SINGLE_LINE_TEXT", "文字", minLength=st.just("1"), maxLength=digits.map(lambda one: f"3{one}"))),
        draw(texts("SINGLE_LINE_TEXT", "番号", unique=flags)),
        make_field("SINGLE_LINE_TEXT", "連結", expression='番号 & "-" & 数値', hideExpression=draw(flags)),
        draw(texts("MULTI_LINE_TEXT", "文章", defaultValue=words)),
        draw(texts("RICH_TEXT", "装飾", defaultValue=words.map(lambda text: f"<div>{text}</div>"))),
        draw(numbers("NUMBER", "数値", digit=draw(flags), defaultValue=draw(digits))),
        draw(numbers("CALC", "計算", expression="数値 * 2", hideExpression=draw(flags))),
        draw(choices("RADIO_BUTTON", "単一")),
        draw(choices("CHECK_BOX", "複数")),
        draw(choices("MULTI_SELECT", "多択")),
        draw(choices("DROP_DOWN", "択一")),
        draw(texts("DATE", "日付", defaultNowValue=flags)),
        draw(texts("TIME", "時刻", defaultValue=st.just("09:30"))),
        draw(texts("DATETIME", "日時", unique=flags)),
        draw(texts("FILE", "添付", thumbnailSize=st.sampled_from(("50", "150", "250", "500")))),
        draw(texts("LINK", "連絡", protocol=st.just("WEB"))),
        draw(selection("USER_SELECT", "担当", CHIEF)),
        draw(selection("GROUP_SELECT", "班", TEAM)),
        draw(selection("ORGANIZATION_SELECT", "課", OFFICE)),
        make_field("SUBTABLE", "表", fields=columns),
        make_field("GROUP", "まとまり", openGroup=draw(flags)),
        make_field("CREATED_TIME", draw(st.sampled_from(("受付日時", "作成日時")))),
        make_field("RECORD_NUMBER", "レコード番号"),
        make_field("CREATOR", "作成者"),
        make_field("SINGLE_LINE_TEXT", "品コード", lookup=draw(lookups())),
        make_field("SINGLE_LINE_TEXT", "品名"),
    ]


@st.composite
def lookups(draw: st.DrawFn) -> Json:
    return {
        "relatedApp": {"app": "master"},
        "relatedKeyField": "コード",
        "fieldMappings": [{"field": "品名", "relatedField": "名称"}],
        "lookupPickerFields": draw(st.sampled_from((["名称"], ["コード", "名称"]))),
        "filterCond": draw(st.sampled_from(("", '管理 in ("{{chief}}")', '名称 like "机"'))),
        "sort": draw(st.sampled_from(("", "名称 asc"))),
    }


@st.composite
def views(draw: st.DrawFn) -> Json:
    given = some(filterCond=conditions, sort=orders, pager=flags, device=st.sampled_from(("ANY", "DESKTOP")))
    kinds = {
        "一覧": {"type": "LIST", "fields": ["文字", "担当", "作成者"]},
        "暦": {"type": "CALENDAR", "date": "日付", "title": "文字"},
        "自由": {"type": "CUSTOM", "html": "<p>説明</p>"},
    }
    names = draw(st.permutations(list(kinds)))
    made = {}
    for index, name in enumerate(names):
        extra = draw(given)
        if name != "自由":
            extra = {key: value for key, value in extra.items() if key not in {"pager", "device"}}
        made[name] = {**kinds[name], "name": name, "index": str(index * 2), **extra}
    return {"views": made}


@st.composite
def processes(draw: st.DrawFn) -> Json:
    holders = st.lists(
        st.sampled_from((CHIEF, TEAM, OFFICE, {"type": "FIELD_ENTITY", "code": "担当"}, AUTHOR)),
        min_size=1,
        max_size=3,
        unique_by=str,
    )
    entities = [{"entity": one, "includeSubs": one == OFFICE and draw(flags)} for one in draw(holders)]
    state = {
        "name": "審査",
        "index": "1",
        "assignee": {"type": draw(st.sampled_from(("ANY", "ALL"))), "entities": entities},
    }
    return {
        "enable": draw(flags),
        "states": {
            "受付": {"name": "受付", "index": "0", "assignee": {"type": "ONE", "entities": []}},
            "審査": state,
        },
        "actions": [
            {"name": "進める", "from": "受付", "to": "審査", "filterCond": draw(conditions)},
            {"name": "戻す", "from": "審査", "to": "受付", "filterCond": ""},
        ],
    }


@st.composite
def permissions(draw: st.DrawFn) -> Json:
    names = ("appEditable", "recordViewable", "recordAddable", "recordEditable", "recordDeletable")
    rights = [{"entity": CREATOR, **dict.fromkeys((*names, "recordImportable", "recordExportable"), True)}]
    for one in draw(everybody):
        sees = draw(flags)
        rights.append({"entity": one, "recordViewable": sees, "recordEditable": sees and draw(flags)})
    of_records = [{"entity": one, "viewable": True, "editable": draw(flags)} for one in draw(everybody)]
    of_fields = [
        {"entity": one, "accessibility": draw(st.sampled_from(("READ", "WRITE", "NONE")))} for one in draw(everybody)
    ]
    return {
        "app": {"rights": rights},
        "record": {"rights": [{"filterCond": draw(conditions), "entities": of_records}]},
        "field": {"rights": [{"code": "数値", "entities": of_fields}]},
    }


@st.composite
def notifications(draw: st.DrawFn) -> Json:
    general = [{"entity": one, "recordAdded": True, "commentAdded": draw(flags)} for one in draw(everybody)]
    targets = [{"entity": one} for one in (*draw(everybody), {"type": "FIELD_ENTITY", "code": "担当"})]
    timing = draw(st.sampled_from(({"daysLater": "-3", "time": "09:30"}, {"daysLater": "1", "hoursLater": "2"})))
    reminder = {"timing": {"code": "日時", **timing}, "filterCond": draw(conditions), "title": draw(words)}
    return {
        "general": {"notifications": general, "notifyToCommenter": draw(flags)},
        "perRecord": {"notifications": [{"filterCond": draw(conditions), "title": draw(words), "targets": targets}]},
        "reminder": {"timezone": "Asia/Tokyo", "notifications": [{**reminder, "targets": targets}]},
    }


@st.composite
def reports(draw: st.DrawFn) -> Json:
    kind = draw(st.sampled_from(("BAR", "COLUMN", "LINE", "AREA")))
    graph = {
        "chartType": kind,
        **({"chartMode": draw(st.sampled_from(("NORMAL", "STACKED", "PERCENTAGE")))} if kind != "LINE" else {}),
        "index": "3",
        "groups": [{"code": "日付", "per": draw(st.sampled_from(("YEAR", "MONTH", "DAY")))}, {"code": "択一"}],
        "aggregations": [draw(st.sampled_from(({"type": "COUNT"}, {"type": "SUM", "code": "数値"})))],
        "sorts": [{"by": "TOTAL", "order": draw(st.sampled_from(("ASC", "DESC")))}],
        "filterCond": draw(conditions),
    }
    return {"reports": {"推移": graph}}


@st.composite
def actions(draw: st.DrawFn) -> Json:
    mapping = draw(
        st.sampled_from(
            (
                {"srcType": "FIELD", "srcField": "文字", "destField": "名称"},
                {"srcType": "RECORD_URL", "destField": "名称"},
            )
        )
    )
    action = {
        "index": "0",
        "destApp": {"app": "master"},
        "mappings": [mapping],
        "entities": draw(everybody),
        "filterCond": draw(conditions),
    }
    return {"actions": {"台帳へ": action}}


ICONS = ({"type": "PRESET", "key": "APP12"}, {"type": "FILE", "file": {"path": "files/icon.png"}})


@st.composite
def settings(draw: st.DrawFn, name: str) -> Json:
    given = some(
        description=words.map(lambda text: f"<p>{text}</p>"),
        theme=st.sampled_from(("WHITE", "RED", "BLUE", "GREEN", "YELLOW", "BLACK")),
        icon=st.sampled_from(
            ({"type": "PRESET", "key": "APP12"}, {"type": "FILE", "file": {"path": "files/icon.png"}})
        ),
        enableThumbnails=flags,
        enableBulkDeletion=flags,
        enableComments=flags,
        enableDuplicateRecord=flags,
        enableInlineRecordEditing=flags,
        firstMonthOfFiscalYear=st.integers(1, 12).map(str),
        numberPrecision=st.just({"digits": "20", "decimalPlaces": "3", "roundingMode": "UP"}),
    )
    return {"name": name, **draw(given)}


CUSTOMIZE = {
    "scope": "ADMIN",
    "desktop": {"js": [{"type": "FILE", "file": {"path": "files/a.js"}}], "css": []},
    "mobile": {"js": [{"type": "URL", "url": "https://example.jp/b.js"}], "css": []},
}


def make_layout(fields: list[Json]) -> Json:
    """Lay the form out with decorations, a table, and a group that holds two of the fields."""
    cells = {one["code"]: {"type": one["type"], "code": one["code"]} for one in fields}
    inside = [cells.pop(code) for code in ("連絡", "添付")]
    table = next(one for one in fields if one["type"] == "SUBTABLE")
    columns = [{"type": one["type"], "code": code, "size": {"width": "180"}} for code, one in table["fields"].items()]
    del cells["表"], cells["まとまり"]
    rows: list[Json] = [{"type": "ROW", "fields": [cell]} for cell in cells.values()]
    label = {"type": "LABEL", "label": "<div>見出し</div>", "size": {"width": "200"}}
    spacer = {"type": "SPACER", "elementId": "space", "size": {"width": "100", "height": "40"}}
    rows.insert(0, {"type": "ROW", "fields": [label, spacer]})
    rows.append({"type": "ROW", "fields": [{"type": "HR", "size": {"width": "400"}}]})
    rows.append({"type": "SUBTABLE", "code": "表", "fields": columns})
    return {
        "layout": [*rows, {"type": "GROUP", "code": "まとまり", "layout": [{"type": "ROW", "fields": inside}]}],
    }


@st.composite
def bundles(draw: st.DrawFn) -> Any:
    """Make a bundle of an app with everything and of the app it looks up, which lists it as related records."""
    fields = draw(form())
    drawn = {
        "views": views(),
        "process": processes(),
        "permissions": permissions(),
        "notifications": notifications(),
        "reports": reports(),
        "actions": actions(),
        "customize": st.just(CUSTOMIZE),
        "admin_notes": st.fixed_dictionaries({"content": words, "includeInTemplateAndDuplicates": flags}),
    }
    parts = {name: draw(strategy) for name, strategy in drawn.items() if draw(st.integers(0, 3))}
    related = {
        "relatedApp": {"app": "request"},
        "condition": {"field": "コード", "relatedField": "品コード"},
        "filterCond": draw(st.sampled_from(("", '担当 in ("{{chief}}")'))),
        "displayFields": ["文字", "数値"],
        "sort": draw(st.sampled_from(("", "数値 asc"))),
        "size": "10",
    }
    master = make_app(
        "台帳",
        make_field("SINGLE_LINE_TEXT", "コード", unique=True, required=True),
        make_field("SINGLE_LINE_TEXT", "名称"),
        make_field("USER_SELECT", "管理", entities=[], defaultValue=[LOGIN]),
        make_field("REFERENCE_TABLE", "一覧表", referenceTable=related),
    )
    request = make_app("申請", *fields, settings=draw(settings("申請")), layout=make_layout(fields), **parts)
    declared = [{"key": key, "kind": kind, "label": {"ja": key}} for key, kind in PLACEHOLDERS.items()]
    return make_bundle(
        {"request": request, "master": master},
        manifest=make_manifest("request", "master", placeholders=declared),
        files={"apps/request/files/a.js": "1;\n", "apps/request/files/icon.png": PDF},
    )
