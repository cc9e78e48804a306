"""A set of apps as a whole office uses them: registers, and work that looks them up and one another."""

from __future__ import annotations

import itertools

from marketplace.bundle.model import Bundle
from tests.bundle.factories import Json, make_app, make_bundle, make_field, make_manifest, make_options

REGISTERS = ("部署", "職員", "施設", "業者", "事業")
SUBJECTS = (
    "契約",
    "工事",
    "補助",
    "苦情",
    "備品",
    "文書",
    "会議",
    "研修",
    "点検",
    "予約",
    "相談",
    "調査",
    "広報",
    "防災",
    "税務",
)
SAMPLES = 20
STATES = ("受付", "審査中", "完了")
CREATOR = {"type": "CREATOR"}
EVERYONE = {"type": "GROUP", "code": "everyone"}

WORKS = dict.fromkeys(("recordViewable", "recordAddable", "recordEditable"), True)
REPORT = {
    "chartType": "COLUMN",
    "chartMode": "NORMAL",
    "index": "0",
    "groups": [{"code": "区分"}],
    "aggregations": [{"type": "COUNT"}],
    "filterCond": "",
}


def make_large_bundle(count: int = 20) -> Bundle:
    """Make so many apps, a quarter registers; each other one looks up two of these and the one before it."""
    registers = max(1, count // 4)
    apps = {f"register-{number}": _register(number) for number in range(registers)}
    for number in range(count - registers):
        apps[f"work-{number}"] = _work(number, registers)
    return make_bundle(apps, manifest=make_manifest(*apps, slug="whole-office", name={"ja": "庁内業務一式"}))


def _register(number: int) -> dict[str, Json]:
    name = f"{REGISTERS[number % len(REGISTERS)]}台帳{number}"
    records = [
        {"コード": {"value": f"R{number}-{row:03}"}, "名称": {"value": f"{name}の{row}"}, "数量": {"value": str(row)}}
        for row in range(SAMPLES)
    ]
    return make_app(
        name,
        make_field("SINGLE_LINE_TEXT", "コード", required=True, unique=True),
        make_field("SINGLE_LINE_TEXT", "名称", required=True),
        make_field("NUMBER", "数量"),
        make_field("MULTI_LINE_TEXT", "備考"),
        records={"records": records},
        views={"views": {"一覧": _list("コード", "名称", "数量")}},
    )


def _work(number: int, registers: int) -> dict[str, Json]:
    name = f"{SUBJECTS[number % len(SUBJECTS)]}{number}"
    first, second = number % registers, (number + 1) % registers
    columns = {"経過日": make_field("DATE", "経過日"), "記事": make_field("SINGLE_LINE_TEXT", "記事")}
    fields = [
        make_field("SINGLE_LINE_TEXT", "番号", required=True, unique=True),
        make_field("SINGLE_LINE_TEXT", "件名", required=True),
        make_field("DROP_DOWN", "区分", options=make_options("新規", "継続", "変更"), defaultValue="新規"),
        make_field("CHECK_BOX", "確認", options=make_options("書類", "現地"), defaultValue=[]),
        make_field("DATE", "受付日", defaultNowValue=True),
        make_field("DATETIME", "期限"),
        make_field("USER_SELECT", "担当", entities=[], defaultValue=[]),
        make_field("NUMBER", "単価"),
        make_field("NUMBER", "個数"),
        make_field("CALC", "金額", expression="単価 * 個数"),
        make_field("MULTI_LINE_TEXT", "内容"),
        make_field("FILE", "添付"),
        make_field("SUBTABLE", "経過", fields=columns),
        _lookup("台帳コード", f"register-{first}", "コード", 台帳名称="名称"),
        make_field("SINGLE_LINE_TEXT", "台帳名称"),
        _lookup("参照コード", f"register-{second}", "コード", 参照名称="名称"),
        make_field("SINGLE_LINE_TEXT", "参照名称"),
        *(make_field("SINGLE_LINE_TEXT", f"項目{one}") for one in range(10)),
    ]
    # Chains of four: what is copied on is copied again.
    if number % 4:
        fields.append(_lookup("前の番号", f"work-{number - 1}", "番号", 前の件名="件名"))
        fields.append(make_field("SINGLE_LINE_TEXT", "前の件名"))
    return make_app(
        name,
        *fields,
        records={"records": [_record(number, row, first) for row in range(SAMPLES)]},
        views={"views": {"一覧": _list("番号", "件名", "区分"), "期限順": _list("番号", "期限") | {"index": "1"}}},
        process=_process(),
        permissions={
            "app": {"rights": [{"entity": CREATOR, "appEditable": True, **WORKS}, {"entity": EVERYONE, **WORKS}]}
        },
        notifications={"general": {"notifications": [{"entity": EVERYONE, "recordAdded": True}]}},
        reports={"reports": {"区分別": REPORT}},
    )


def _lookup(code: str, app: str, key: str, **copies: str) -> Json:
    lookup = {
        "relatedApp": {"app": app},
        "relatedKeyField": key,
        "fieldMappings": [{"field": mine, "relatedField": theirs} for mine, theirs in copies.items()],
        "lookupPickerFields": [],
        "filterCond": "",
        "sort": "",
    }
    return make_field("SINGLE_LINE_TEXT", code, lookup=lookup)


def _list(*codes: str) -> Json:
    return {"type": "LIST", "index": "0", "fields": list(codes), "filterCond": ""}


def _process() -> Json:
    states = {
        name: {"name": name, "index": str(index), "assignee": {"type": "ONE", "entities": []}}
        for index, name in enumerate(STATES)
    }
    actions = [{"name": f"{to}へ", "from": start, "to": to} for start, to in itertools.pairwise(STATES)]
    return {"enable": True, "states": states, "actions": actions}


def _record(number: int, row: int, register: int) -> Json:
    values = {
        "番号": f"W{number}-{row:03}",
        "件名": f"件名{row}",
        "受付日": f"{{{{today-{row}d}}}}",
        "単価": str(100 * row),
        "個数": "3",
        "台帳コード": f"R{register}-{row:03}",
        "経過": [{"value": {"経過日": {"value": "{{today}}"}, "記事": {"value": "連絡"}}}],
        **({"前の番号": f"W{number - 1}-{row:03}"} if number % 4 else {}),
        "$status": STATES[row % 3],
    }
    return {code: {"value": value} for code, value in values.items()}
