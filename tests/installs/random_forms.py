"""Forms with a field of every type, in a table too, each attribute filled at random, and a layout of every kind."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from marketplace.bundle.field_types import BUILT_IN_TYPES
from tests.bundle.factories import Json, make_field, make_options

PLACEHOLDERS = {"chief": "USER", "team": "GROUP", "office": "ORGANIZATION"}
CHIEF, TEAM, OFFICE = ({"type": kind, "code": f"{{{{{key}}}}}"} for key, kind in PLACEHOLDERS.items())
EVERYONE = {"type": "GROUP", "code": "everyone"}
LOGIN = {"type": "FUNCTION", "code": "LOGINUSER()"}
OWN_OFFICE = {"type": "FUNCTION", "code": "PRIMARY_ORGANIZATION()"}
TABLE, GROUP = "表", "まとまり"
CALC_FORMATS = ("NUMBER", "NUMBER_DIGIT", "DATETIME", "DATE", "TIME", "HOUR_MINUTE", "DAY_HOUR_MINUTE")

words = st.text(st.characters(codec="utf-8", categories=["Lo", "Ll", "Nd"]), min_size=1, max_size=6)
labels = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)
flags = st.booleans()
digits = st.integers(0, 30).map(str)


def some(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Choose some of the attributes, or all, or none."""
    return st.fixed_dictionaries({}, optional=strategies)


UNIQUE = {"unique": flags}
LENGTHS = {"minLength": st.just("1"), "maxLength": digits.map(lambda one: f"3{one}")}
UNIT = {
    "unit": words,
    "unitPosition": st.sampled_from(("BEFORE", "AFTER")),
    "displayScale": st.integers(0, 10).map(str),
}
ALIGN = {"align": st.sampled_from(("HORIZONTAL", "VERTICAL"))}
NOW = {"defaultNowValue": flags}
ATTRIBUTES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "SINGLE_LINE_TEXT": {**LENGTHS, "defaultValue": words},
    "MULTI_LINE_TEXT": {"defaultValue": st.lists(words, min_size=1, max_size=3).map("\n".join)},
    "RICH_TEXT": {"defaultValue": words.map(lambda text: f"<div>{text}</div>")},
    "NUMBER": {
        **UNIT,
        "digit": flags,
        "minValue": st.sampled_from(("-5", "0", "")),
        "maxValue": st.sampled_from(("99", "1000.5", "")),
        "defaultValue": digits,
    },
    "CALC": {**UNIT, "format": st.sampled_from(CALC_FORMATS), "hideExpression": flags},
    "RADIO_BUTTON": ALIGN,
    "CHECK_BOX": ALIGN,
    "MULTI_SELECT": {},
    "DROP_DOWN": {},
    "DATE": {**NOW, "defaultValue": st.just("2026-04-01")},
    "TIME": {**NOW, "defaultValue": st.just("09:30")},
    "DATETIME": {**NOW, "defaultValue": st.just("2026-04-01T00:30:00Z")},
    "FILE": {"thumbnailSize": st.sampled_from(("50", "150", "250", "500"))},
    "LINK": {**LENGTHS, "protocol": st.sampled_from(("WEB", "CALL", "MAIL"))},
    "USER_SELECT": {},
    "GROUP_SELECT": {},
    "ORGANIZATION_SELECT": {},
}
"""The types that hold a value, in tables too, and what may be set of each beside label, noLabel and required."""
ALLOWED = {
    "USER_SELECT": (CHIEF, TEAM, OFFICE),
    "GROUP_SELECT": (TEAM,),
    "ORGANIZATION_SELECT": (OFFICE,),
}
DEFAULTS = {"USER_SELECT": (CHIEF, LOGIN), "GROUP_SELECT": (TEAM,), "ORGANIZATION_SELECT": (OFFICE, OWN_OFFICE)}
UNIQUE_TYPES = frozenset({"NUMBER", "LINK", "DATE", "DATETIME"})


@st.composite
def fields(draw: st.DrawFn, kind: str, code: str, *, in_table: bool = False, **fixed: Any) -> Json:
    """Make a field of a type with attributes at random."""
    unique = {} if in_table or kind not in UNIQUE_TYPES else UNIQUE
    made = make_field(kind, code, **draw(some(label=labels, noLabel=flags, required=flags, **unique)))
    made |= draw(some(**ATTRIBUTES[kind]))
    if kind in {"RADIO_BUTTON", "CHECK_BOX", "MULTI_SELECT", "DROP_DOWN"}:
        made |= draw(_choices(kind))
    if kind in ALLOWED:
        made |= draw(_selection(kind))
    return made | fixed


@st.composite
def _choices(draw: st.DrawFn, kind: str) -> Json:
    names = draw(st.lists(labels, min_size=1, max_size=4, unique=True))
    many = kind in {"CHECK_BOX", "MULTI_SELECT"}
    one = st.sampled_from(names)
    if many:
        default: Any = draw(st.lists(one, unique=True))
    else:
        default = draw(one if kind == "RADIO_BUTTON" else st.one_of(one, st.just("")))
    return {"options": make_options(*names), "defaultValue": default}


@st.composite
def _selection(draw: st.DrawFn, kind: str) -> Json:
    entities = draw(st.lists(st.sampled_from(ALLOWED[kind]), max_size=3, unique_by=str))
    offered = [one for one in DEFAULTS[kind] if one["type"] == "FUNCTION" or not entities or one in entities]
    default = draw(st.lists(st.sampled_from(offered), max_size=2, unique_by=str)) if offered else []
    return {"entities": entities, "defaultValue": default}


CONDITIONS_ON_MASTER = ("", '管理 in ("{{chief}}", LOGINUSER())', '名称 like "机" and 数量 >= 3')


def lookups(key: str, **copies: str) -> st.SearchStrategy[Json]:
    """Make a lookup into the master; `copies` says which of its fields comes into which of this form."""
    return st.fixed_dictionaries(
        {
            "relatedApp": st.just({"app": "master"}),
            "relatedKeyField": st.just(key),
            "fieldMappings": st.just([{"field": mine, "relatedField": theirs} for mine, theirs in copies.items()]),
            "lookupPickerFields": st.sampled_from((["名称"], ["コード", "名称"], ["数量", "コード"])),
            "filterCond": st.sampled_from(CONDITIONS_ON_MASTER),
            "sort": st.sampled_from(("", "名称 asc", "数量 desc, コード asc")),
        }
    )


def self_lookup() -> Json:
    """Make a lookup of an app into itself."""
    return {
        "relatedApp": {"app": "request"},
        "relatedKeyField": "番号",
        "fieldMappings": [{"field": "親の文章", "relatedField": "文章"}],
        "lookupPickerFields": ["番号"],
        "filterCond": '担当 in ("{{chief}}")',
        "sort": "番号 desc",
    }


@st.composite
def _table(draw: st.DrawFn) -> Json:
    """Make a table with a column of every type, a formula and a lookup among them."""
    columns = {f"列{kind}": draw(fields(kind, f"列{kind}", in_table=True)) for kind in ATTRIBUTES if kind != "CALC"}
    columns["列計算"] = draw(fields("CALC", "列計算", in_table=True, expression="列NUMBER * 2"))
    columns["列参照"] = draw(referring("SINGLE_LINE_TEXT", "列参照", lookups("コード", 列名称="名称")))
    columns["列名称"] = make_field("SINGLE_LINE_TEXT", "列名称")
    return make_field("SUBTABLE", TABLE, fields=columns)


def referring(kind: str, code: str, lookup: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Make a lookup field, which keeps few attributes of its type."""
    return st.builds(
        lambda given, made: make_field(kind, code) | given | {"lookup": made},
        some(label=labels, noLabel=flags, required=flags),
        lookup,
    )


@st.composite
def built_ins(draw: st.DrawFn) -> list[Json]:
    """Say something of some of the fields that each form has, under their own codes or others."""
    usual = {"RECORD_NUMBER": "レコード番号", "CREATOR": "作成者", "CREATED_TIME": "作成日時"}
    usual |= {"MODIFIER": "更新者", "UPDATED_TIME": "更新日時"}
    assert usual.keys() == BUILT_IN_TYPES
    chosen = {"CREATOR": "作成者", "RECORD_NUMBER": "レコード番号"}  # Conditions and views of these tests name them.
    for kind in ("CREATED_TIME", "MODIFIER", "UPDATED_TIME"):
        if draw(flags):
            chosen[kind] = draw(st.sampled_from((usual[kind], f"改名した{usual[kind]}")))
    return [make_field(kind, code) | draw(some(label=labels, noLabel=flags)) for kind, code in chosen.items()]


@st.composite
def forms(draw: st.DrawFn) -> list[Json]:
    """Make the fields of the app that has everything."""
    return [
        draw(fields("SINGLE_LINE_TEXT", "文字")),
        draw(fields("SINGLE_LINE_TEXT", "番号", unique=True)),
        make_field("SINGLE_LINE_TEXT", "連結", expression='番号 & "-" & 数値', hideExpression=draw(flags)),
        draw(fields("MULTI_LINE_TEXT", "文章")),
        draw(fields("RICH_TEXT", "装飾")),
        draw(fields("NUMBER", "数値")),
        draw(fields("CALC", "計算", expression=draw(st.sampled_from(("数値 * 2", "SUM(列NUMBER)", "計算二 + 1"))))),
        draw(fields("CALC", "計算二", expression="IF(数値 > 3, 数値, 0)", format="NUMBER")),
        draw(fields("RADIO_BUTTON", "単一")),
        draw(fields("CHECK_BOX", "複数")),
        draw(fields("MULTI_SELECT", "多択")),
        draw(fields("DROP_DOWN", "択一")),
        draw(fields("DATE", "日付")),
        draw(fields("TIME", "時刻")),
        draw(fields("DATETIME", "日時")),
        draw(fields("FILE", "添付")),
        draw(fields("LINK", "連絡")),
        draw(fields("USER_SELECT", "担当")),
        draw(fields("GROUP_SELECT", "班")),
        draw(fields("ORGANIZATION_SELECT", "課")),
        draw(_table()),
        make_field("GROUP", GROUP, openGroup=draw(flags)),
        *draw(built_ins()),
        draw(referring("SINGLE_LINE_TEXT", "品コード", lookups("コード", 品名="名称", 品数="数量"))),
        make_field("SINGLE_LINE_TEXT", "品名"),
        make_field("NUMBER", "品数"),
        draw(referring("NUMBER", "品番", lookups("通し番号", 品名二="名称"))),
        make_field("SINGLE_LINE_TEXT", "品名二"),
        draw(referring("LINK", "品の頁", lookups("頁"))),
        make_field("SINGLE_LINE_TEXT", "親番号", lookup=self_lookup()),
        make_field("MULTI_LINE_TEXT", "親の文章"),
        make_field("REFERENCE_TABLE", "子一覧", referenceTable=draw(related("request", "番号", "親番号"))),
    ]


def related(app: str, mine: str, theirs: str) -> st.SearchStrategy[Json]:
    """Make a list of related records of the app that has everything."""
    return st.fixed_dictionaries(
        {
            "relatedApp": st.just({"app": app}),
            "condition": st.just({"field": mine, "relatedField": theirs}),
            "filterCond": st.sampled_from(("", '担当 in ("{{chief}}")', "数値 > 3")),
            "displayFields": st.sampled_from((["文字", "数値"], ["番号", "担当", "日付"])),
            "sort": st.sampled_from(("", "数値 asc")),
            "size": st.sampled_from(("5", "10", "50")),
        }
    )


@st.composite
def layouts(draw: st.DrawFn, form: list[Json]) -> Json:
    """Lay a form out in rows of one to three fields with sizes, decorations, the table, and a group at some place."""
    cells = [_cell(draw, one) for one in form if one["type"] not in {"SUBTABLE", "GROUP"}]
    inside = [cells.pop(cells.index(one)) for one in list(cells) if one["code"] in {"連絡", "添付", "子一覧"}]
    rows: list[Json] = []
    while cells:
        count = draw(st.integers(1, 3))
        rows.append({"type": "ROW", "fields": cells[:count]})
        cells = cells[count:]
    table = next(one for one in form if one["type"] == "SUBTABLE")
    columns = [_cell(draw, column) for column in table["fields"].values()]
    rows += [
        {"type": "ROW", "fields": [{"type": "LABEL", "label": f"<b>{draw(words)}</b>", "size": {"width": "200"}}]},
        {"type": "ROW", "fields": [{"type": "HR", "size": {"width": "400"}}]},
        {"type": "SUBTABLE", "code": TABLE, "fields": draw(st.permutations(columns))},
        {"type": "GROUP", "code": GROUP, "layout": [{"type": "ROW", "fields": [one]} for one in inside]},
    ]
    spacer = {
        "type": "SPACER",
        "elementId": draw(st.sampled_from(("space", ""))),
        "size": {"width": "100", "height": "40"},
    }
    rows[0]["fields"].append(spacer)
    return {"layout": draw(st.permutations(rows))}


def _cell(draw: st.DrawFn, field: Json) -> Json:
    cell = {"type": field["type"], "code": field["code"]}
    if field["type"] == "REFERENCE_TABLE" or not draw(flags):
        return cell
    size = {"width": str(draw(st.integers(60, 400)))}
    if field["type"] in {"MULTI_LINE_TEXT", "RICH_TEXT"}:
        size["innerHeight"] = str(draw(st.integers(50, 300)))
    return cell | {"size": size}
