"""What is wrong with a value is said in kintone's words, in both languages."""

from __future__ import annotations

import pytest

from marketplace.kernel.text import Language
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.models import AppSettings, Part, Stage
from marketplace.sandbox.records.reading import get_record
from marketplace.sandbox.records.writing import add_record, add_records, update_record
from tests.sandbox_records.factories import NOW, caller, choice, field, make_app, number, row, table, text, values


def messages(act, language: Language) -> dict[str, list[str]]:
    with pytest.raises(InvalidInputError) as refused:
        act()
    return {key: [each.in_language(language) for each in found] for key, found in refused.value.errors.items()}


RULES = [
    (text(required=True), "", "必須です。", "Required."),
    (text(maxLength="3"), "abcd", "4文字より短くなければなりません。", "Enter less than 4 characters."),
    (text(minLength="3"), "ab", "2文字より長くなければなりません。", "Enter more than 2 characters."),
    (number(maxValue="1e1"), "10.5", "1e1以下である必要があります。", "The value must be 1e1 or less."),
    (number(minValue="-1.50"), "-2", "-1.50以上である必要があります。", "The value must be -1.50 or more."),
    (choice("RADIO_BUTTON", "A"), "B", '"B"は選択肢にありません。', 'The value, "B", is not in options.'),
    (choice("DROP_DOWN", "A"), "B", '"B"は選択肢にありません。', 'The value, "B", is not in options.'),
]


@pytest.mark.parametrize(("settings", "value", "ja", "en"), RULES)
def test_each_rule_speaks_both_languages_under_the_key_of_its_call(session, settings, value, ja, en):
    app = make_app(session, 項目=settings)
    acts = {
        "record.項目.value": lambda: add_record(session, caller(), app, values(項目=value), NOW),
        "records[0].項目.value": lambda: add_records(session, caller(), app, [values(項目=value)], NOW),
    }
    for key, act in acts.items():
        assert messages(act, Language.JA) == {key: [ja]}
        assert messages(act, Language.EN) == {key: [en]}


def test_the_keys_of_an_update_are_those_of_an_addition(session):
    app = make_app(session, 項目=text(maxLength="3"))
    add_record(session, caller(), app, None, NOW)
    body = {"id": 1, "record": values(項目="abcd")}
    assert messages(lambda: update_record(session, caller(), app, body, NOW), Language.EN) == {
        "record.項目.value": ["Enter less than 4 characters."]
    }


def test_a_duplicate_and_a_text_for_a_number_speak_both_languages(session):
    app = make_app(session, 項目=text(unique=True), 数=number())
    add_record(session, caller(), app, values(項目="a"), NOW)

    def act():
        add_record(session, caller(), app, values(項目="a", 数="x"), NOW)

    assert messages(act, Language.JA) == {
        "record.項目.value": ["値がほかのレコードと重複しています。"],
        "record[数].value": ["数字でなければなりません。"],
    }
    assert messages(act, Language.EN) == {
        "record.項目.value": ["This value already exists in another record."],
        "record[数].value": ["Only numbers are allowed."],
    }


def test_a_bad_number_of_a_bulk_call_has_the_bracket_behind_its_index(session):
    app = make_app(session, 数=number())
    found = messages(lambda: add_records(session, caller(), app, [{}, values(数="x")], NOW), Language.JA)
    assert found == {"records[1][数].value": ["数字でなければなりません。"]}


def test_columns_of_a_table_have_the_key_of_table_and_row(session):
    inner = choice("CHECK_BOX", "A", required=True)
    app = make_app(session, 明細=table(色=inner, 担当=field("USER_SELECT", required=True)))
    rows = [row(色=["A"], 担当=[{"code": "sato"}]), row(色=["A", "B", "C"])]
    assert messages(lambda: add_record(session, caller(), app, values(明細=rows), NOW), Language.EN) == {
        "record.明細.value[1].value.色.values[1].value": ['The value, "B", is not in options.'],
        "record.明細.value[1].value.色.values[2].value": ['The value, "C", is not in options.'],
        "record.明細.value[1].value.担当.values.value": ["Required."],
    }


def test_a_field_made_required_later_refuses_every_change_that_leaves_it_empty(session):
    app = make_app(session, 旧=text(), 他=text())
    add_record(session, caller(), app, None, NOW)
    part = session.get_one(AppSettings, (app.pk, Stage.LIVE, Part.FIELDS))
    properties = part.document["properties"]
    required = {**properties["旧"], "required": True}
    part.document = {"properties": {**properties, "旧": required}}
    session.flush()
    assert get_record(session, caller(), app, 1)["旧"]["value"] == ""
    body = {"id": 1, "record": values(他="y")}
    assert messages(lambda: update_record(session, caller(), app, body, NOW), Language.JA) == {
        "record.旧.value": ["必須です。"]
    }
