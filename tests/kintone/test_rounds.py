"""Fields come in as few rounds as kintone allows, each with a deploy."""

from __future__ import annotations

from marketplace.kintone.rounds import sort_into_rounds
from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle, make_simple_app


def lookup(app, key="番号", mappings=()):
    return {
        "relatedApp": {"app": app},
        "relatedKeyField": key,
        "fieldMappings": [{"field": mine, "relatedField": theirs} for mine, theirs in mappings],
        "lookupPickerFields": [],
        "filterCond": "",
        "sort": "",
    }


def key_field():
    return make_field("SINGLE_LINE_TEXT", "番号", unique=True)


def bundle_of(**apps):
    return make_bundle({key: make_app(key, *fields) for key, fields in apps.items()})


def test_apps_that_name_no_other_need_a_single_round():
    assert sort_into_rounds(make_bundle({"a": make_simple_app(), "b": make_simple_app()})).last == 0


def test_a_lookup_waits_until_its_key_is_in_use():
    bundle = bundle_of(master=[key_field()], detail=[make_field("SINGLE_LINE_TEXT", "参照", lookup=lookup("master"))])
    rounds = sort_into_rounds(bundle)
    assert rounds.codes(bundle.app("detail"), 1) == ["参照"]
    assert rounds.last == 1


def test_related_records_wait_for_the_lookup_they_show():
    bundle = make_joined_bundle()
    rounds = sort_into_rounds(bundle)
    assert rounds.codes(bundle.app("program"), 2) == ["申請一覧"]
    assert rounds.last == 2


def test_a_formula_over_a_lookup_waits_for_it():
    bundle = bundle_of(
        master=[key_field()],
        detail=[
            make_field("CALC", "計算", expression='IF(参照="A", 1, 0)'),
            make_field("SINGLE_LINE_TEXT", "参照", lookup=lookup("master")),
        ],
    )
    assert sort_into_rounds(bundle).codes(bundle.app("detail"), 1) == ["計算", "参照"]


def test_a_table_waits_for_the_lookup_among_its_columns():
    table = make_field("SUBTABLE", "明細", fields={"品": make_field("SINGLE_LINE_TEXT", "品", lookup=lookup("master"))})
    bundle = bundle_of(master=[key_field()], detail=[table])
    assert sort_into_rounds(bundle).of_field["detail", "明細"] == 1


def test_an_app_may_look_up_itself():
    bundle = bundle_of(tree=[key_field(), make_field("SINGLE_LINE_TEXT", "親", lookup=lookup("tree"))])
    assert sort_into_rounds(bundle).of_field["tree", "親"] == 1


def test_apps_that_look_up_each_other_need_no_more_rounds_than_one_lookup():
    bundle = bundle_of(
        a=[key_field(), make_field("SINGLE_LINE_TEXT", "参照", lookup=lookup("b"))],
        b=[key_field(), make_field("SINGLE_LINE_TEXT", "参照", lookup=lookup("a"))],
    )
    assert sort_into_rounds(bundle).last == 1


def test_a_lookup_that_copies_a_lookup_comes_a_round_later():
    bundle = bundle_of(
        a=[key_field()],
        b=[key_field(), make_field("SINGLE_LINE_TEXT", "参照", lookup=lookup("a"))],
        c=[
            make_field("SINGLE_LINE_TEXT", "先", lookup=lookup("b", mappings=[("写し", "参照")])),
            make_field("SINGLE_LINE_TEXT", "写し"),
        ],
    )
    assert sort_into_rounds(bundle).of_field["c", "先"] == 2


def test_a_circle_of_lookups_ends():
    bundle = bundle_of(
        a=[make_field("SINGLE_LINE_TEXT", "参照", lookup=lookup("b", key="参照"))],
        b=[make_field("SINGLE_LINE_TEXT", "参照", lookup=lookup("a", key="参照"))],
    )
    assert sort_into_rounds(bundle).last >= 1


def test_a_lookup_by_record_number_waits_for_the_app_itself():
    number = make_field("RECORD_NUMBER", "レコード番号")
    bundle = bundle_of(
        master=[number], detail=[make_field("NUMBER", "参照", lookup=lookup("master", key="レコード番号"))]
    )
    assert sort_into_rounds(bundle).of_field == {("detail", "参照"): 1}


def test_lookups_come_last_within_a_round_after_the_fields_they_fill():
    bundle = bundle_of(
        master=[key_field()],
        detail=[
            make_field("SINGLE_LINE_TEXT", "甲", lookup=lookup("master")),
            make_field("CALC", "乙", expression="甲 & 甲"),
        ],
    )
    assert sort_into_rounds(bundle).codes(bundle.app("detail"), 1) == ["乙", "甲"]


def test_an_action_waits_until_the_app_it_fills_is_in_use():
    source = make_app(
        "source",
        make_field("SINGLE_LINE_TEXT", "件名"),
        actions={"actions": {"写す": {"index": "0", "destApp": {"app": "target"}, "mappings": [], "entities": []}}},
    )
    bundle = make_bundle({"source": source, "target": make_simple_app()})
    assert sort_into_rounds(bundle).last == 1
