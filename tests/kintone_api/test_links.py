"""Lookups and related records: what their definitions must satisfy."""

from __future__ import annotations

import pytest

from tests.kintone_api.conftest import Kintone

FORM = "preview/app/form/fields"


@pytest.fixture
def master(kintone: Kintone) -> int:
    """A deployed app with a unique key, and what may be copied from it."""
    return kintone.live_app(
        制度番号={"type": "SINGLE_LINE_TEXT", "unique": True},
        制度名={"type": "SINGLE_LINE_TEXT"},
        上限額={"type": "NUMBER"},
    )


def lookup(app: int, *, key: str = "制度番号", mappings: dict[str, str] | None = None, **more: object) -> dict:
    pairs = [{"field": field, "relatedField": source} for field, source in (mappings or {}).items()]
    definition = {"relatedApp": {"app": app}, "relatedKeyField": key, "fieldMappings": pairs, **more}
    return {"type": "SINGLE_LINE_TEXT", "code": "制度", "label": "制度", "lookup": definition}


def related(app: int, **more: object) -> dict:
    definition = {
        "relatedApp": {"app": app},
        "condition": {"field": "番号", "relatedField": "制度番号"},
        "displayFields": ["制度名"],
        **more,
    }
    return {"type": "REFERENCE_TABLE", "code": "関連", "label": "関連", "referenceTable": definition}


def test_a_lookup_keeps_only_label_required_and_its_definition(kintone: Kintone, master):
    app = kintone.make_app()
    target = {"type": "SINGLE_LINE_TEXT", "code": "名称", "label": "名称"}
    field = {**lookup(master, mappings={"名称": "制度名"}), "unique": True, "maxLength": "5"}
    kintone.post(FORM, app=app, properties={"制度": field, "名称": target})
    assert kintone.get(FORM, app=app)["properties"]["制度"] == {
        "type": "SINGLE_LINE_TEXT",
        "code": "制度",
        "label": "制度",
        "noLabel": False,
        "required": False,
        "lookup": {
            "relatedApp": {"app": str(master), "code": ""},
            "relatedKeyField": "制度番号",
            "fieldMappings": [{"field": "名称", "relatedField": "制度名"}],
            "lookupPickerFields": [],
            "filterCond": "",
            "sort": "レコード番号 desc",
        },
    }


def test_a_lookup_into_an_app_that_was_never_deployed_is_refused(kintone: Kintone):
    fresh = kintone.make_app()
    app = kintone.make_app()
    assert kintone.refused("POST", FORM, app=app, properties={"制度": lookup(fresh)}) == (404, "GAIA_AP01")


def test_the_record_id_is_no_lookup_key(kintone: Kintone, master):
    app = kintone.make_app()
    errors = kintone.errors("POST", FORM, app=app, properties={"制度": lookup(master, key="$id")})
    (messages,) = errors.values()
    assert list(errors) == ["properties[制度].lookup.relatedKeyField"]
    assert messages[0].startswith(
        "先頭に数字が使用されているか、使用できない記号、またはスペースが含まれているため保存できません"
    )


@pytest.mark.parametrize("place", ["key", "source", "target", "picker"])
def test_a_lookup_names_fields_that_exist(kintone: Kintone, master, place):
    field = {
        "key": lookup(master, key="無"),
        "source": lookup(master, mappings={"レコード番号": "無"}),
        "target": lookup(master, mappings={"無": "制度名"}),
        "picker": lookup(master, lookupPickerFields=["無"]),
    }[place]
    app = kintone.make_app()
    assert kintone.refused("POST", FORM, app=app, properties={"制度": field}) == (400, "GAIA_FC01")


def test_values_are_copied_between_types_that_agree_only(kintone: Kintone, master):
    sent = {
        "制度": lookup(master, mappings={"金額": "制度名"}),
        "金額": {"type": "NUMBER", "code": "金額", "label": "金額"},
    }
    errors = kintone.errors("POST", FORM, app=kintone.make_app(), properties=sent)
    (messages,) = errors.values()
    assert messages == [
        "指定したフィールドの組み合わせが正しくない、または指定できない種類のフィールドを指定しています。"
    ]


def test_a_target_belongs_to_one_lookup(kintone: Kintone, master):
    sent = {
        "制度": lookup(master, mappings={"名称": "制度名"}),
        "制度二": {**lookup(master, mappings={"名称": "制度名"}), "code": "制度二"},
        "名称": {"type": "SINGLE_LINE_TEXT", "code": "名称", "label": "名称"},
    }
    errors = kintone.errors("POST", FORM, app=kintone.make_app(), properties=sent)
    (messages,) = errors.values()
    assert messages[0].startswith("コピー先のフィールドの設定が重複しています")


def test_a_lookup_in_a_table_copies_into_its_own_row(kintone: Kintone, master):
    columns = {
        "制度": lookup(master, mappings={"名称": "制度名"}),
        "名称": {"type": "SINGLE_LINE_TEXT", "code": "名称", "label": "名称"},
    }
    app = kintone.make_app()
    kintone.add_fields(app, 明細={"type": "SUBTABLE", "fields": columns})
    outside = {"制度": lookup(master, mappings={"外": "制度名"})}
    sent = {
        "外": {"type": "SINGLE_LINE_TEXT", "code": "外", "label": "外"},
        "表": {
            "type": "SUBTABLE",
            "code": "表",
            "label": "表",
            "fields": {"制度二": {**outside["制度"], "code": "制度二"}},
        },
    }
    assert kintone.refused("POST", FORM, app=app, properties=sent) == (400, "GAIA_FC01")


def test_an_app_may_look_up_itself(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 制度番号={"type": "SINGLE_LINE_TEXT", "unique": True})
    kintone.post(FORM, app=app, properties={"制度": lookup(app)})
    kintone.deploy(app)


def test_a_plain_field_does_not_become_a_lookup_later(kintone: Kintone, master):
    app = kintone.make_app()
    kintone.add_fields(app, 制度={"type": "SINGLE_LINE_TEXT"})
    errors = kintone.errors("PUT", FORM, app=app, properties={"制度": lookup(master)})
    assert set(errors) == {"properties[制度].lookup"}


def test_the_key_of_a_lookup_must_be_unique_at_deploy(kintone: Kintone, master):
    app = kintone.make_app()
    kintone.post(FORM, app=app, properties={"制度": lookup(master, key="制度名")})
    assert kintone.refused("POST", "preview/app/deploy", apps=[{"app": app}]) == (400, "GAIA_LO03")


def test_the_record_number_is_a_lookup_key(kintone: Kintone, master):
    app = kintone.make_app()
    kintone.post(FORM, app=app, properties={"制度": lookup(master, key="レコード番号")})
    kintone.deploy(app)


def test_related_records_are_filled_in(kintone: Kintone, master):
    app = kintone.make_app()
    kintone.post(
        FORM,
        app=app,
        properties={
            "関連": related(master),
            "番号": {"type": "SINGLE_LINE_TEXT", "code": "番号", "label": "番号"},
        },
    )
    found = kintone.get(FORM, app=app)["properties"]["関連"]
    assert found == {
        "type": "REFERENCE_TABLE",
        "code": "関連",
        "label": "関連",
        "noLabel": False,
        "referenceTable": {
            "relatedApp": {"app": str(master), "code": ""},
            "condition": {"field": "番号", "relatedField": "制度番号"},
            "filterCond": "",
            "displayFields": ["制度名"],
            "sort": "レコード番号 desc",
            "size": "5",
        },
    }


@pytest.mark.parametrize(
    "change",
    [{"condition": {"field": "無", "relatedField": "制度番号"}}, {"displayFields": ["無"]}],
    ids=["condition", "display"],
)
def test_related_records_name_fields_that_exist(kintone: Kintone, master, change):
    sent = {"関連": related(master, **change), "番号": {"type": "NUMBER", "code": "番号", "label": "番号"}}
    assert kintone.refused("POST", FORM, app=kintone.make_app(), properties=sent) == (400, "GAIA_FC01")


def test_a_condition_of_a_link_is_checked_against_the_other_app(kintone: Kintone, master):
    field = lookup(master, filterCond='無 = "1"')
    assert kintone.refused("POST", FORM, app=kintone.make_app(), properties={"制度": field}) == (400, "GAIA_IQ11")


@pytest.mark.parametrize(("field", "code"), [(lookup, "GAIA_LO02"), (related, "GAIA_RE07")])
def test_a_field_that_another_app_reads_can_t_be_deleted(kintone: Kintone, master, field, code):
    number = {"type": "SINGLE_LINE_TEXT", "code": "番号", "label": "番号"}
    definition = field(master)
    kintone.post(FORM, app=kintone.make_app(), properties={definition["code"]: definition, "番号": number})
    assert kintone.refused("DELETE", FORM, app=master, fields=["制度番号"]) == (400, code)
