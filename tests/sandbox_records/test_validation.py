from __future__ import annotations

import pytest

from marketplace.kernel.text import Language
from marketplace.sandbox.errors import InvalidInputError, InvalidJsonError, NoPrivilegeError
from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.errors import GroupNotFoundError, OrganizationNotFoundError, UserNotFoundError
from marketplace.sandbox.records.reading import get_record, list_records
from marketplace.sandbox.records.writing import add_record, add_records, update_record, update_records, upsert_records
from tests.sandbox_records.factories import NOW, caller, choice, field, make_app, number, row, table, text, values

REQUIRED = ["必須です。"]


def refused(act):
    with pytest.raises(InvalidInputError) as error:
        act()
    return {
        key: [message.in_language(Language.JA) for message in messages] for key, messages in error.value.errors.items()
    }


def added(session, app, **cells):
    add_record(session, caller(), app, values(**cells), NOW)
    return {code: cell["value"] for code, cell in get_record(session, caller(), app, 1).items()}


def problems_of(session, fields, **cells):
    app = make_app(session, **fields)
    return refused(lambda: add_record(session, caller(), app, values(**cells), NOW))


@pytest.mark.parametrize("empty", [None, "", "absent"])
@pytest.mark.parametrize(
    "required_field",
    [
        text(required=True),
        field("MULTI_LINE_TEXT", required=True),
        field("RICH_TEXT", required=True),
        number(required=True),
        field("LINK", required=True),
        field("DATE", required=True),
        field("TIME", required=True),
        field("DATETIME", required=True),
        choice("DROP_DOWN", "A", required=True),
    ],
    ids=lambda settings: settings["type"],
)
def test_a_required_single_value_must_not_be_empty(session, required_field, empty):
    cells = {} if empty == "absent" else {"項目": empty}
    assert problems_of(session, {"項目": required_field}, **cells) == {"record.項目.value": REQUIRED}


@pytest.mark.parametrize(
    ("field_type", "key"),
    [
        ("CHECK_BOX", "record.項目.values"),
        ("MULTI_SELECT", "record.項目.values"),
        ("FILE", "record.項目.values"),
        ("USER_SELECT", "record.項目.values.value"),
        ("ORGANIZATION_SELECT", "record.項目.values.value"),
        ("GROUP_SELECT", "record.項目.values.value"),
    ],
)
def test_a_required_list_has_keys_of_its_own(session, field_type, key):
    assert problems_of(session, {"項目": field(field_type, required=True)}, 項目=[]) == {key: REQUIRED}


def test_calc_and_radio_buttons_are_never_required(session):
    app = make_app(
        session, 計=field("CALC", expression="1/0", required=True), 単一=choice("RADIO_BUTTON", "A", required=True)
    )
    assert added(session, app)["単一"] is None


@pytest.mark.parametrize(
    ("settings", "value", "messages"),
    [
        (text(maxLength="3"), "abcd", ["4文字より短くなければなりません。"]),
        (text(minLength="3"), "ab", ["2文字より長くなければなりません。"]),
        (text(minLength="3"), "", ["2文字より長くなければなりません。"]),
        (field("LINK", maxLength="3"), "abcd", ["4文字より短くなければなりません。", "URLの形式が正しくありません"]),
        (field("LINK", protocol="WEB"), "javascript:alert(1)", ["URLの形式が正しくありません"]),
        (number(maxValue="10"), "11", ["10以下である必要があります。"]),
        (number(minValue="-1.50"), "-2", ["-1.50以上である必要があります。"]),
        (choice("DROP_DOWN", "A"), "B", ['"B"は選択肢にありません。']),
        (choice("RADIO_BUTTON", "A"), "B", ['"B"は選択肢にありません。']),
        (field("DATE"), "2026-02-30", ["日付の形式が正しくありません"]),
        (field("TIME"), "25:00", ["時刻の形式が正しくありません"]),
        (field("DATETIME"), "2026-01-01T00:00:00+99:00", ["日時の形式が正しくありません"]),
    ],
)
def test_each_broken_rule_has_its_message(session, settings, value, messages):
    found = problems_of(session, {"項目": settings}, 項目=value)
    assert list(found) == ["record.項目.value"]
    assert all(text.startswith(wanted) for text, wanted in zip(found["record.項目.value"], messages, strict=True))


def test_limits_are_inclusive(session):
    app = make_app(session, 文字=text(minLength="2", maxLength="2"), 数=number(minValue="1", maxValue="1"))
    assert added(session, app, 文字="あい", 数="1")["文字"] == "あい"


def test_range_and_options_skip_empty_values(session):
    app = make_app(session, 数=number(minValue="1"), 選択=choice("DROP_DOWN", "A"), 単一=choice("RADIO_BUTTON", "A"))
    record = added(session, app, 数="", 選択="", 単一="")
    assert (record["数"], record["選択"], record["単一"]) == ("", None, "")


def test_links_of_mail_and_phone_have_no_form(session):
    app = make_app(session, 電話=field("LINK", protocol="CALL"), メール=field("LINK", protocol="MAIL"))
    assert added(session, app, 電話="0123", メール="a@example.jp")["電話"] == "0123"


@pytest.mark.parametrize("value", ["abc", "12abc", "1,000", "１", "--1", "1e99999", "1e5000"])
def test_a_value_that_is_no_number_is_refused_under_the_bracket_key(session, value):
    assert problems_of(session, {"数": number()}, 数=value) == {"record[数].value": ["数字でなければなりません。"]}


def test_a_bad_number_also_counts_as_empty(session):
    found = problems_of(session, {"数": number(required=True)}, 数="abc")
    assert found == {"record[数].value": ["数字でなければなりません。"], "record.数.value": REQUIRED}


def test_unknown_options_are_named_one_by_one_and_count_as_empty(session):
    found = problems_of(session, {"色": choice("CHECK_BOX", "赤", required=True)}, 色=["青", "緑"])
    assert found == {
        "record.色.values": REQUIRED,
        "record.色.values[0].value": ['"青"は選択肢にありません。'],
        "record.色.values[1].value": ['"緑"は選択肢にありません。'],
    }


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("1.5e1", "15"), (" 42 ", "42"), ("100", "100"), ("2.50", "2.5"), ("007", "7"), ("-0", "0"), (".5", "0.5"),
        (12, "12"), (1.5, "1.5"), (None, ""), ("", ""), ("12345678901234567890.5", "12345678901234567890.5"),
        ("1E+3", "1000"), ("+4", "4"),
    ],
)  # fmt: skip
def test_numbers_are_stored_canonically(session, sent, stored):
    assert added(session, make_app(session, 数=number()), 数=sent)["数"] == stored


@pytest.mark.parametrize(
    ("field_type", "sent", "stored"),
    [
        ("DATE", "2026-4-1", "2026-04-01"), ("DATE", "2026-04", "2026-04-01"), ("DATE", "", None), ("DATE", None, None),
        ("TIME", "9:05", "09:05"), ("TIME", "23:59:59", "23:59"), ("TIME", "", None), ("DATETIME", "", ""),
        ("DATETIME", "2026-04-01T09:30:00Z", "2026-04-01T09:30:00Z"),
        ("DATETIME", "2026-04-01T09:30:00+09:00", "2026-04-01T00:30:00Z"),
        ("DATETIME", "2026-04-01T09:30:45+0900", "2026-04-01T00:30:00Z"),
        ("DATETIME", "2026-04-01T23:30-05:00", "2026-04-02T04:30:00Z"),
        ("DATETIME", "2026-04-01", "2026-04-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_dates_and_times_are_normalised(session, field_type, sent, stored):
    assert added(session, make_app(session, 項目=field(field_type)), 項目=sent)["項目"] == stored


def test_all_failures_are_reported_together_with_the_index_of_the_record(session):
    app = make_app(session, 名前=text(required=True), 数=number(maxValue="5"))
    found = refused(
        lambda: add_records(session, caller(), app, [values(名前="a", 数="9"), values(), values(名前="b")], NOW)
    )
    assert found == {"records[0].数.value": ["5以下である必要があります。"], "records[1].名前.value": REQUIRED}
    assert list_records(session, caller(), app, now=NOW).records == []


def test_rules_inside_a_table_name_table_and_row(session):
    app = make_app(
        session, 明細=table(品名=text(required=True), 区分=choice("CHECK_BOX", "A"), 数=number(maxValue="5"))
    )
    rows = [row(品名="a", 数="1"), row(区分=["A", "B"], 数="6")]
    found = refused(lambda: add_record(session, caller(), app, values(明細=rows), NOW))
    assert found == {
        "record.明細.value[1].value.品名.value": REQUIRED,
        "record.明細.value[1].value.区分.values[1].value": ['"B"は選択肢にありません。'],
        "record.明細.value[1].value.数.value": ["5以下である必要があります。"],
    }


def test_a_bad_number_inside_a_table_is_stored_empty(session):
    app = make_app(session, 明細=table(数=number()))
    assert added(session, app, 明細=[row(数="abc")])["明細"][0]["value"]["数"]["value"] == ""


@pytest.mark.parametrize(
    ("settings", "first", "same"),
    [
        (text(unique=True), "a", "a"),
        (text(unique=True), "あ" * 300, "あ" * 300),
        (number(unique=True), "1.0", "1"),
        (field("LINK", unique=True), "https://a.example", "https://a.example"),
        (field("DATE", unique=True), "2026-04-01", "2026-4-1"),
        (field("DATETIME", unique=True), "2026-04-01T09:00:00+09:00", "2026-04-01T00:00:00Z"),
    ],
)
def test_a_unique_value_belongs_to_one_record(session, settings, first, same):
    app = make_app(session, 項目=settings)
    add_record(session, caller(), app, values(項目=first), NOW)
    found = refused(lambda: add_record(session, caller(), app, values(項目=same), NOW))
    assert found == {"record.項目.value": ["値がほかのレコードと重複しています。"]}


def test_unique_ignores_empty_values_and_the_record_itself(session):
    app = make_app(session, 項目=text(unique=True))
    add_records(session, caller(), app, [values(項目=""), values(項目=""), values(項目="a")], NOW)
    assert update_record(session, caller(), app, {"id": 3, "record": values(項目="a")}, NOW).revision == 2


def test_long_texts_that_differ_late_are_not_duplicates(session):
    app = make_app(session, 項目=text(unique=True))
    assert len(add_records(session, caller(), app, [values(項目="a" * 300 + end) for end in "xy"], NOW)) == 2


def test_two_records_of_one_call_may_not_share_a_unique_value(session):
    app = make_app(session, 項目=text(unique=True))
    found = refused(lambda: add_records(session, caller(), app, [values(項目="a")] * 2, NOW))
    assert list(found) == ["records[1].項目.value"]


def test_required_holds_for_the_merged_record_of_an_update(session):
    app = make_app(session, 名前=text(required=True), 数=number())
    add_record(session, caller(), app, values(名前="a"), NOW)
    assert update_record(session, caller(), app, {"id": 1, "record": values(数="1")}, NOW).revision == 2
    found = refused(lambda: update_record(session, caller(), app, {"id": 1, "record": values(名前="")}, NOW))
    assert found == {"record.名前.value": REQUIRED}


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        (choice("DROP_DOWN", "A"), ["A"]), (choice("CHECK_BOX", "A"), "A"), (text(), {"a": 1}), (text(), True),
        (number(), [1]), (field("USER_SELECT"), ["sato"]), (field("USER_SELECT"), [{}]), (field("FILE"), "key"),
        (table(数=number()), "x"), (table(数=number()), [1]), (table(数=number()), [{"value": []}]),
        (text(), "\x00"), (text(), "\ud800"), (text(), 1 << 5000), (field("DATE"), {}),
    ],
    ids=str,
)  # fmt: skip
def test_a_value_of_the_wrong_shape_is_no_valid_json(session, settings, value):
    app = make_app(session, 項目=settings)
    with pytest.raises(InvalidJsonError):
        add_record(session, caller(), app, values(項目=value), NOW)


@pytest.mark.parametrize("record", [[], "x", 1, {"名前": "a"}, {"名前": None}])
def test_a_record_of_the_wrong_shape_is_no_valid_json(session, record):
    app = make_app(session, 名前=text())
    with pytest.raises(InvalidJsonError):
        add_record(session, caller(), app, record, NOW)


@pytest.mark.parametrize(
    ("act", "key", "messages"),
    [
        (
            lambda s, a: add_records(s, caller(), a, [{}] * 101, NOW),
            "records",
            ["一度に100件までのレコードを追加できます。"],
        ),
        (
            lambda s, a: update_records(s, caller(), a, [{}] * 101, NOW),
            "records",
            ["一度に100件までのレコードを更新できます。"],
        ),
        (
            lambda s, a: delete_records(s, caller(), a, []),
            "ids",
            ["必須です。", "一度に1件から100件までのレコードを削除できます。"],
        ),
        (
            lambda s, a: delete_records(s, caller(), a, [1] * 101),
            "ids",
            ["一度に1件から100件までのレコードを削除できます。"],
        ),
        (lambda s, a: add_records(s, caller(), a, None, NOW), "records", ["必須です。"]),
        (lambda s, a: update_record(s, caller(), a, {"id": "x"}, NOW), "id", ["整数で指定してください。"]),
        (lambda s, a: update_record(s, caller(), a, {"id": 0}, NOW), "id", ["最小でも1以上です。"]),
        (
            lambda s, a: update_record(s, caller(), a, {"id": 1, "revision": "x"}, NOW),
            "revision",
            ["整数で指定してください。"],
        ),
    ],
)
def test_parameters_are_checked_under_their_names(session, act, key, messages):
    app = make_app(session)
    assert refused(lambda: act(session, app)) == {key: messages}


def test_an_empty_bulk_call_does_nothing(session):
    app = make_app(session)
    acts = (add_records, update_records, upsert_records)
    assert [act(session, caller(), app, [], NOW) for act in acts] == [[], [], []]


def test_an_update_names_its_record_in_exactly_one_way(session):
    app = make_app(session)
    found = refused(lambda: update_record(session, caller(), app, {}, NOW))
    assert set(found) == {"id", "updateKey"}


@pytest.mark.parametrize(
    ("field_type", "error"),
    [
        ("USER_SELECT", UserNotFoundError),
        ("GROUP_SELECT", GroupNotFoundError),
        ("ORGANIZATION_SELECT", OrganizationNotFoundError),
    ],
)
def test_unknown_users_groups_and_organisations_are_refused(session, field_type, error):
    app = make_app(session, 担当=field(field_type))
    with pytest.raises(error):
        add_record(session, caller(), app, values(担当=[{"code": "nobody"}]), NOW)


def test_known_users_groups_and_organisations_are_shown_with_their_names(session):
    app = make_app(session, 担当=field("USER_SELECT"), 班=field("GROUP_SELECT"), 課=field("ORGANIZATION_SELECT"))
    record = added(session, app, 担当=[{"code": "suzuki"}] * 2, 班=[{"code": "everyone"}], 課=[{"code": "soumu"}])
    assert record["担当"] == [{"code": "suzuki", "name": "鈴木"}]
    assert record["班"] == [{"code": "everyone", "name": "Everyone"}]
    assert record["課"] == [{"code": "soumu", "name": "総務課"}]


def test_managers_may_bring_creator_and_times_of_a_record(session):
    app = make_app(session)
    stamps = values(作成者={"code": "suzuki"}, 作成日時="2020-01-02T03:04:59Z")
    add_record(session, caller("admin"), app, stamps, NOW)
    record = get_record(session, caller(), app, 1)
    assert record["作成者"]["value"]["code"] == "suzuki"
    assert record["作成日時"]["value"] == "2020-01-02T03:04:00Z"
    assert record["更新者"]["value"]["code"] == "admin"


def test_others_may_not_bring_creator_and_times(session):
    app = make_app(session)
    with pytest.raises(NoPrivilegeError):
        add_record(session, caller("sato"), app, values(作成者={"code": "suzuki"}), NOW)
