"""An app is set up in memory with what it reads, and with as many sample records as a picture needs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import marketplace.schema  # noqa: F401 - the tables of the sites refer to others
from marketplace.kernel.text import Language
from marketplace.sandbox.records.reading import list_records
from marketplace.showcase.setting_up import open_showcase
from tests.bundle.factories import make_app, make_bundle, make_field

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def read(bundle, key="app", language=Language.JA):
    with open_showcase(bundle, key, NOW, language) as showcase:
        assert showcase is not None
        found = list_records(showcase.session, showcase.caller, showcase.apps[key], query="order by $id asc", now=NOW)
        return found.records


def lookup_of(app):
    return {
        "relatedApp": {"app": app},
        "relatedKeyField": "番号",
        "fieldMappings": [{"field": "写し", "relatedField": "名前"}],
        "lookupPickerFields": ["番号"],
    }


def test_lookups_copy_and_formulas_compute_as_in_a_workspace():
    source = make_app(
        "台帳",
        make_field("SINGLE_LINE_TEXT", "番号", unique=True),
        make_field("SINGLE_LINE_TEXT", "名前"),
        records={"records": [{"番号": {"value": "1"}, "名前": {"value": "見本 花子"}}]},
    )
    reader = make_app(
        "申請",
        make_field("SINGLE_LINE_TEXT", "取得", lookup=lookup_of("source")),
        make_field("SINGLE_LINE_TEXT", "写し"),
        make_field("NUMBER", "数"),
        make_field("CALC", "倍", expression="数*2"),
        records={"records": [{"取得": {"value": "1"}, "数": {"value": "21"}}]},
    )
    (record,) = read(make_bundle({"app": reader, "source": source}))
    assert record["写し"]["value"] == "見本 花子"
    assert record["倍"]["value"] == "42"


def test_more_fields_than_one_call_takes_are_set_up_and_large_records_are_few():
    fields = [make_field("SINGLE_LINE_TEXT", f"項目{number}") for number in range(250)]
    records = [{"項目1": {"value": str(number)}} for number in range(30)]
    found = read(make_bundle({"app": make_app("大きな台帳", *fields, records={"records": records})}))
    assert len(found) == 6_000 // 250


def test_records_that_can_not_be_added_leave_an_app_without_samples():
    app = make_app("台帳", make_field("NUMBER", "数", maxValue="1"), records={"records": [{"数": {"value": "2"}}]})
    assert read(make_bundle({"app": app})) == []


@pytest.mark.parametrize(("language", "name"), [(Language.JA, "所属長"), (Language.EN, "Section chief")])
@pytest.mark.parametrize("kind", ["USER", "GROUP", "ORGANIZATION"])
def test_those_behind_placeholders_appear_under_the_words_for_them(kind, language, name):
    field = make_field(f"{kind}_SELECT", "人")
    app = make_app("台帳", field, records={"records": [{"人": {"value": [{"code": "{{everyone}}"}]}}]})
    label = {"ja": "所属長", "en": "Section chief"}
    bundle = make_bundle({"app": app}, placeholders=[{"key": "everyone", "kind": kind, "label": label}])
    (record,) = read(bundle, language=language)
    assert [each["name"] for each in record["人"]["value"]] == [name]
