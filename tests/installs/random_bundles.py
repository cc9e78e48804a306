"""Bundles of three joined apps with a field of every type and every setting, each filled at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.bundle.factories import PDF, Json, make_app, make_bundle, make_field, make_manifest
from tests.installs.random_forms import (
    CHIEF,
    EVERYONE,
    LOGIN,
    OFFICE,
    PLACEHOLDERS,
    TEAM,
    flags,
    forms,
    layouts,
    lookups,
    related,
    some,
    words,
)

CODES = {"chief": "sato", "team": "kikaku", "office": "somu"}
"""What the placeholders become in the workspaces of these tests."""
CREATOR = {"type": "CREATOR"}
AUTHOR = {"type": "FIELD_ENTITY", "code": "作成者"}
IN_CHARGE = {"type": "FIELD_ENTITY", "code": "担当"}
THEIR_TEAM = {"type": "FIELD_ENTITY", "code": "班"}
THEIR_OFFICE = {"type": "FIELD_ENTITY", "code": "課"}
FROM_FIELDS = (IN_CHARGE, THEIR_TEAM, THEIR_OFFICE, AUTHOR)
FILES = ("files/a.js", "files/b.css", "files/icon.png")
conditions = st.sampled_from(
    (
        "",
        '文字 = "a\\"b\\\\"',
        '担当 in ("{{chief}}", LOGINUSER()) and 数値 >= 3',
        '班 in ("{{team}}") or (課 in ("{{office}}", PRIMARY_ORGANIZATION()) and 日付 = TODAY())',
        '作成者 in ("{{chief}}")',
        '日時 > FROM_TODAY(-5, DAYS) and 添付 like "pdf"',
        "列NUMBER in (1, 2) or レコード番号 > 10",
        '日付 = THIS_MONTH() and 文章 not like "済"',
    )
)
orders = st.sampled_from(("レコード番号 desc", "数値 asc, 日付 desc"))
everybody = st.lists(st.sampled_from((CHIEF, TEAM, OFFICE, EVERYONE)), min_size=1, max_size=4, unique_by=str)
anybody = st.lists(
    st.sampled_from((CHIEF, TEAM, OFFICE, EVERYONE, *FROM_FIELDS)), min_size=1, max_size=5, unique_by=str
)


def holders(people: st.SearchStrategy[list[Json]], **attributes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Give each of some people attributes of their own; below an organisation may stand others."""

    @st.composite
    def make(draw: st.DrawFn) -> list[Json]:
        subs = {"includeSubs": flags}
        return [
            {
                "entity": one,
                **draw(some(**attributes, **(subs if one in {0: OFFICE, 1: THEIR_OFFICE}.values() else {}))),
            }
            for one in draw(people)
        ]

    return make()


@st.composite
def views(draw: st.DrawFn, *, with_process: bool) -> Json:
    given = some(filterCond=conditions, sort=orders)
    page = some(filterCond=conditions, sort=orders, pager=flags, device=st.sampled_from(("ANY", "DESKTOP")))
    kinds = {
        "一覧": {"type": "LIST", "fields": ["文字", "担当", "作成者", "品コード", "連結"], **draw(given)},
        "状況": {"type": "LIST", "fields": ["文字", "ステータス"] if with_process else [], **draw(given)},
        "暦": {"type": "CALENDAR", "date": "日付", "title": "文字", **draw(given)},
        "時の暦": {"type": "CALENDAR", "date": "日時", "title": "レコード番号", **draw(given)},
        "自由": {"type": "CUSTOM", "html": f"<p>{draw(words)}</p>", **draw(page)},
    }
    names = draw(st.permutations(list(kinds)))
    return {"views": {name: {**kinds[name], "name": name, "index": str(index * 2)} for index, name in enumerate(names)}}


@st.composite
def processes(draw: st.DrawFn) -> Json:
    people = st.lists(st.sampled_from((CHIEF, TEAM, OFFICE, *FROM_FIELDS)), min_size=1, max_size=4, unique_by=str)
    first = draw(st.sampled_from(([], [{"entity": AUTHOR}])))

    def state(name: str, index: int, kind: str) -> Json:
        entities = draw(holders(people))
        return {"name": name, "index": str(index), "assignee": {"type": kind, "entities": entities}}

    return {
        "enable": draw(flags),
        "states": {
            "受付": {"name": "受付", "index": "0", "assignee": {"type": "ONE", "entities": first}},
            "審査": state("審査", 1, draw(st.sampled_from(("ANY", "ALL", "ONE")))),
            "決裁": state("決裁", 2, "ONE"),
            "完了": {"name": "完了", "index": "3", "assignee": {"type": "ONE", "entities": []}},
        },
        "actions": [
            {"name": "進める", "from": "受付", "to": "審査", "filterCond": draw(conditions)},
            {"name": "戻す", "from": "審査", "to": "受付", "filterCond": ""},
            {"name": "進める", "from": "審査", "to": "決裁", "filterCond": draw(conditions)},
            {"name": "終える", "from": "決裁", "to": "完了"},
        ],
    }


@st.composite
def permissions(draw: st.DrawFn) -> Json:
    names = ("appEditable", "recordViewable", "recordAddable", "recordEditable", "recordDeletable")
    rights = [{"entity": CREATOR, **dict.fromkeys((*names, "recordImportable", "recordExportable"), True)}]
    for one in draw(holders(everybody)):
        sees = draw(flags)
        takes = {"recordAddable": draw(flags), "recordExportable": sees and draw(flags)}
        rights.append(
            {**one, "recordViewable": sees, "recordEditable": sees and draw(flags), "recordDeletable": False, **takes}
        )
    of_records = [
        {
            "filterCond": draw(conditions),
            "entities": [
                {**one, "viewable": True, "editable": (edits := draw(flags)), "deletable": edits and draw(flags)}
                for one in draw(holders(anybody))
            ],
        }
        for _ in range(draw(st.integers(1, 3)))
    ]
    access = st.sampled_from(("READ", "WRITE", "NONE"))
    of_fields = [
        {"code": code, "entities": [{**one, "accessibility": draw(access)} for one in draw(holders(anybody))]}
        for code in draw(st.lists(st.sampled_from(("数値", "添付", "表", "作成者")), min_size=1, unique=True))
    ]
    return {"app": {"rights": rights}, "record": {"rights": of_records}, "field": {"rights": of_fields}}


@st.composite
def notifications(draw: st.DrawFn) -> Json:
    events = ("recordAdded", "recordEdited", "commentAdded", "statusChanged", "fileImported")
    somebody = st.lists(
        st.sampled_from((CHIEF, TEAM, OFFICE, EVERYONE, IN_CHARGE)), min_size=1, max_size=4, unique_by=str
    )
    general = draw(holders(somebody, **dict.fromkeys(events, flags)))
    timing = draw(
        st.sampled_from(
            (
                {"code": "日時", "daysLater": "1", "hoursLater": "2"},
                {"code": "日時", "daysLater": "-3", "time": "09:30"},
                {"code": "日付", "daysLater": "0", "time": "00:00"},
            )
        )
    )
    reminder = {
        "timing": timing,
        "filterCond": draw(conditions),
        "title": draw(words),
        "targets": draw(holders(somebody)),
    }
    per_record = {"filterCond": draw(conditions), "title": draw(words), "targets": draw(holders(somebody))}
    zone = draw(st.sampled_from(("Asia/Tokyo", "UTC", "America/New_York")))
    return {
        "general": {"notifications": general, "notifyToCommenter": draw(flags)},
        "perRecord": {"notifications": [per_record]},
        "reminder": {"timezone": zone, "notifications": [reminder]},
    }


CHARTS = ("BAR", "COLUMN", "PIE", "LINE", "PIVOT_TABLE", "TABLE", "AREA", "SPLINE", "SPLINE_AREA")
WITH_MODE = frozenset({"BAR", "COLUMN", "AREA", "SPLINE_AREA"})
AGGREGATIONS = (
    {"type": "COUNT"},
    {"type": "SUM", "code": "数値"},
    {"type": "AVERAGE", "code": "列NUMBER"},
    {"type": "MAX", "code": "日付"},
    {"type": "MIN", "code": "計算二"},
)
PERIODS = (
    {"every": "YEAR", "month": "4", "dayOfMonth": "1", "time": "09:00"},
    {"every": "QUARTER", "pattern": "JAN_APR_JUL_OCT", "dayOfMonth": "END_OF_MONTH", "time": "09:00"},
    {"every": "MONTH", "dayOfMonth": "15", "time": "09:00"},
    {"every": "WEEK", "dayOfWeek": "MONDAY", "time": "09:00"},
    {"every": "DAY", "time": "09:00"},
    {"every": "HOUR", "minute": "10"},
)
GROUPS = (
    {"code": "日付", "per": "QUARTER"},
    {"code": "日時", "per": "HOUR"},
    {"code": "時刻", "per": "MINUTE"},
    {"code": "択一"},
    {"code": "担当"},
    {"code": "複数"},
)


@st.composite
def reports(draw: st.DrawFn) -> Json:
    """Make a graph of each type."""
    made = {}
    for number, kind in enumerate(draw(st.permutations(CHARTS))):
        mode = {"chartMode": draw(st.sampled_from(("NORMAL", "STACKED", "PERCENTAGE")))} if kind in WITH_MODE else {}
        period = some(periodicReport=st.fixed_dictionaries({"active": flags, "period": st.sampled_from(PERIODS)}))
        made[f"図{number}"] = {
            "name": f"図{number}",
            "chartType": kind,
            **mode,
            "index": str(number * 3),
            "groups": draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique_by=str)),
            "aggregations": [draw(st.sampled_from(AGGREGATIONS))],
            "sorts": [
                {"by": draw(st.sampled_from(("TOTAL", "GROUP1"))), "order": draw(st.sampled_from(("ASC", "DESC")))}
            ],
            "filterCond": draw(conditions),
            **draw(period),
        }
    return {"reports": made}


@st.composite
def actions(draw: st.DrawFn) -> Json:
    copied = {"srcType": "FIELD", "srcField": "文字", "destField": "名称"}
    linked = {"srcType": "RECORD_URL", "destField": "頁"}
    to_master = {
        "destApp": {"app": "master"},
        "mappings": draw(st.sampled_from(([copied], [linked], [copied, linked]))),
    }
    own = {"srcType": "FIELD", "srcField": "列SINGLE_LINE_TEXT", "destField": "列SINGLE_LINE_TEXT"}
    to_itself = {"destApp": {"app": "request"}, "mappings": [own]}
    common = st.fixed_dictionaries({"entities": everybody, "filterCond": conditions})
    made = {"台帳へ": to_master | draw(common), "写しを作る": to_itself | draw(common)}
    names = draw(st.permutations(list(made)))
    return {"actions": {name: {**made[name], "name": name, "index": str(index)} for index, name in enumerate(names)}}


@st.composite
def settings(draw: st.DrawFn, name: str) -> Json:
    themes = ("WHITE", "RED", "BLUE", "GREEN", "YELLOW", "BLACK", "CLIPBOARD", "BINDER", "PENCIL", "CLIPS")
    icons = ({"type": "PRESET", "key": "APP12"}, {"type": "FILE", "file": {"path": "files/icon.png"}})
    titles = ({"selectionMode": "AUTO"}, {"selectionMode": "MANUAL", "code": "文字"})
    precision = st.fixed_dictionaries(
        {
            "digits": st.integers(1, 30).map(str),
            "decimalPlaces": st.integers(0, 10).map(str),
            "roundingMode": st.sampled_from(("HALF_EVEN", "UP", "DOWN")),
        }
    )
    given = some(
        description=words.map(lambda text: f"<p>{text}</p>"),
        theme=st.sampled_from(themes),
        icon=st.sampled_from(icons),
        titleField=st.sampled_from(titles),
        enableThumbnails=flags,
        enableBulkDeletion=flags,
        enableComments=flags,
        enableDuplicateRecord=flags,
        enableInlineRecordEditing=flags,
        firstMonthOfFiscalYear=st.integers(1, 12).map(str),
        numberPrecision=precision,
    )
    return {"name": name, **draw(given)}


@st.composite
def customizations(draw: st.DrawFn) -> Json:
    script, address = (
        {"type": "FILE", "file": {"path": "files/a.js"}},
        {"type": "URL", "url": "https://example.jp/b.js"},
    )
    style, other = {"type": "FILE", "file": {"path": "files/b.css"}}, {"type": "URL", "url": "https://example.jp/c.css"}

    def side(*, least: int) -> Json:
        scripts = draw(st.lists(st.sampled_from((script, address)), min_size=least, max_size=2, unique_by=str))
        return {"js": scripts, "css": draw(st.lists(st.sampled_from((style, other)), max_size=2, unique_by=str))}

    scope = draw(st.sampled_from(("ALL", "ADMIN", "NONE")))
    return {"scope": scope, "desktop": side(least=1), "mobile": side(least=0)}


@st.composite
def masters(draw: st.DrawFn) -> dict[str, Json]:
    """Make the app that is looked up, which looks up the app that looks it up, and lists its records."""
    back = {
        "relatedApp": {"app": "request"},
        "relatedKeyField": "番号",
        "fieldMappings": [{"field": "最新の文字", "relatedField": "文字"}],
        "lookupPickerFields": ["番号", "文字"],
        "filterCond": draw(st.sampled_from(("", '担当 in ("{{chief}}")'))),
        "sort": "",
    }
    return make_app(
        "台帳",
        make_field("SINGLE_LINE_TEXT", "コード", unique=True, required=True),
        make_field("NUMBER", "通し番号", unique=True),
        make_field("LINK", "頁", unique=True, protocol="WEB"),
        make_field("SINGLE_LINE_TEXT", "名称"),
        make_field("NUMBER", "数量"),
        make_field("USER_SELECT", "管理", entities=[], defaultValue=[LOGIN]),
        make_field("SINGLE_LINE_TEXT", "最新の申請", lookup=back),
        make_field("SINGLE_LINE_TEXT", "最新の文字"),
        make_field("REFERENCE_TABLE", "一覧表", referenceTable=draw(related("request", "コード", "品コード"))),
    )


@st.composite
def reporting(draw: st.DrawFn) -> dict[str, Json]:
    """Make the app at the end of a chain of lookups: it copies what was copied already."""
    lookup = draw(lookups("コード")) | {
        "relatedApp": {"app": "request"},
        "relatedKeyField": "番号",
        "fieldMappings": [{"field": "品名", "relatedField": "品名"}],
        "lookupPickerFields": ["番号", "品名"],
        "filterCond": "",
        "sort": draw(st.sampled_from(("", "番号 asc"))),
    }
    return make_app(
        "報告",
        make_field("SINGLE_LINE_TEXT", "申請番号", lookup=lookup),
        make_field("SINGLE_LINE_TEXT", "品名"),
    )


@st.composite
def bundles(draw: st.DrawFn, plugin_id: str | None = None) -> Any:
    """Make a bundle of an app with everything, of the one it looks up, and of one that looks it up."""
    fields = draw(forms())
    process = draw(processes())
    drawn: dict[str, st.SearchStrategy[Json]] = {
        "process": st.just(process),
        "permissions": permissions(),
        "notifications": notifications(),
        "reports": reports(),
        "actions": actions(),
        "customize": customizations(),
        "admin_notes": st.fixed_dictionaries({"content": words, "includeInTemplateAndDuplicates": flags}),
    }
    if plugin_id is not None:
        plugin = {"id": plugin_id, "name": "帳票", "enabled": True}
        drawn["plugins"] = st.just({"plugins": [plugin]})
    parts = {name: draw(strategy) for name, strategy in drawn.items() if draw(st.integers(0, 3))}
    if draw(st.integers(0, 3)):
        parts["views"] = draw(views(with_process="process" in parts and process["enable"]))
    layout = draw(layouts(fields))
    request = make_app("申請", *fields, settings=draw(settings("申請")), layout=layout, **parts)
    apps = {"request": request, "master": draw(masters()), "report": draw(reporting())}
    declared = [{"key": key, "kind": kind, "label": {"ja": key}} for key, kind in PLACEHOLDERS.items()]
    return make_bundle(
        {key: apps[key] for key in draw(st.permutations(list(apps)))},
        manifest=make_manifest(*apps, placeholders=declared),
        files={f"apps/request/{path}": PDF if path.endswith("png") else f"/* {path} */\n" for path in FILES},
    )
