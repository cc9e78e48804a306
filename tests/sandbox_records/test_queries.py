from __future__ import annotations

from datetime import UTC, datetime

import pytest

from marketplace.kernel.text import Language
from marketplace.sandbox.errors import InvalidInputError, PlatformError
from marketplace.sandbox.records.reading import list_records
from marketplace.sandbox.records.writing import add_record, add_records
from tests.sandbox_records.factories import (
    NOW,
    calc,
    caller,
    choice,
    field,
    make_app,
    make_process,
    number,
    row,
    table,
    text,
    values,
)


def make_filled(session, settings, *cells):
    """An app with one field 項目 and a record for each value; None leaves the field out."""
    app = make_app(session, 項目=settings)
    add_records(session, caller(), app, [values(**({} if cell is None else {"項目": cell})) for cell in cells], NOW)
    return app


def found(session, app, query, *, now=NOW, who="sato"):
    records = list_records(session, caller(who), app, query=query, now=now).records
    return [int(record["$id"]["value"]) for record in records]


TEXTS = ("山田", "ヤマダ", "Yamada", "", None, "100%_山", " ")


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ('項目 = "山田"', [1]), ('項目 != "山田"', [2, 3, 4, 5, 6, 7]), ('項目 in ("山田", "Yamada")', [1, 3]),
        ('項目 in ("")', [4, 5]), ('項目 not in ("", "山田")', [2, 3, 6, 7]), ('項目 = ""', [4, 5]),
        ('項目 = "yamada"', []), ('項目 like "yamada"', [3]), ('項目 like "ﾔﾏﾀﾞ"', [2]),
        ('項目 not like "山"', [2, 3, 4, 5, 7]),
        ('項目 like "%_"', [6]), ('項目 like "山"', [1, 6]),
    ],
)  # fmt: skip
def test_texts_compare_verbatim_and_like_ignores_width_and_case(session, condition, numbers):
    app = make_filled(session, text(), *TEXTS)
    assert sorted(found(session, app, condition)) == numbers


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ('項目 like "本文"', [1]),
        ("項目 is empty", [2, 3, 4]),
        ("項目 is not empty", [1]),
        ('項目 not like "本文"', [2, 3, 4]),
    ],
)
@pytest.mark.parametrize("field_type", ["MULTI_LINE_TEXT", "RICH_TEXT"])
def test_long_texts_know_like_and_empty_where_blanks_count_as_empty(session, field_type, condition, numbers):
    app = make_filled(session, field(field_type), "長い" * 300 + "本文", "", None, " \t\n\u3000")
    assert sorted(found(session, app, condition)) == numbers


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("項目 = 10", [2]), ('項目 = "1e1"', [2]), ("項目 != 10", [1, 3, 4, 5]), ("項目 > 2", [2]),
        ("項目 >= 2", [1, 2]),
        ("項目 < 2", [3, 4]), ("項目 <= -0.5", [3, 4]), ("項目 in (2, 10)", [1, 2]), ("項目 not in (2, 10)", [3, 4, 5]),
        ('項目 = ""', [5]), ('項目 != ""', [1, 2, 3, 4]), ("項目 = -0.50", [4]),
    ],
)  # fmt: skip
def test_numbers_compare_by_size(session, condition, numbers):
    app = make_filled(session, number(), "2", "10", "-1", "-0.5", "")
    assert sorted(found(session, app, condition)) == numbers


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [('項目 in ("A")', [1, 3]), ('項目 in ("B", "C")', [2, 3]), ('項目 in ("")', [4]), ('項目 not in ("A")', [2, 4]),
     ('項目 not in ("")', [1, 2, 3])],
)  # fmt: skip
def test_choices_match_any_of_the_chosen_options(session, condition, numbers):
    app = make_filled(session, choice("CHECK_BOX", "A", "B", "C"), ["A"], ["B"], ["A", "C"], [])
    assert sorted(found(session, app, condition)) == numbers


@pytest.mark.parametrize("field_type", ["DROP_DOWN", "RADIO_BUTTON"])
def test_single_choices_match_their_option(session, field_type):
    app = make_filled(session, choice(field_type, "A", "B"), "A", "B", None)
    assert found(session, app, '項目 in ("A")') == [1]
    assert found(session, app, '項目 in ("")') == [3]


DATES = ("2026-11-22", "2026-11-23", "2026-11-24", "2026-11-30", "2026-12-01", "2025-11-23", "")


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ('項目 = "2026-11-23"', [2]), ('項目 = "2026-11-3"', []), ('項目 > "2026-11-23"', [3, 4, 5]),
        ('項目 = ""', [7]),
        ('項目 != ""', [1, 2, 3, 4, 5, 6]), ("項目 = TODAY()", [2]), ("項目 = YESTERDAY()", [1]),
        ("項目 = TOMORROW()", [3]),
        ("項目 = FROM_TODAY(1, WEEKS)", [4]), ("項目 = FROM_TODAY(-1, YEARS)", [6]),
        ("項目 < FROM_TODAY(-1, MONTHS)", [6]),
        ("項目 = FROM_TODAY(8, DAYS)", [5]), ("項目 = THIS_WEEK()", [1, 2, 3]), ("項目 = THIS_WEEK(SUNDAY)", [1]),
        ("項目 = NEXT_WEEK(MONDAY)", [4]), ("項目 = LAST_WEEK()", []), ("項目 = THIS_MONTH()", [1, 2, 3, 4]),
        ("項目 != THIS_MONTH()", [5, 6, 7]), ("項目 > THIS_MONTH()", [5]), ("項目 < THIS_MONTH()", [6]),
        ("項目 >= THIS_MONTH()", [1, 2, 3, 4, 5]), ("項目 <= THIS_MONTH()", [1, 2, 3, 4, 6]),
        ("項目 = THIS_MONTH(LAST)", [4]), ("項目 = THIS_MONTH(31)", [5]), ("項目 = NEXT_MONTH(1)", [5]),
        ("項目 = LAST_MONTH()", []), ("項目 = THIS_YEAR()", [1, 2, 3, 4, 5]), ("項目 = LAST_YEAR()", [6]),
        ("項目 = NEXT_YEAR()", []),
    ],
)  # fmt: skip
def test_dates_compare_with_days_and_spans(session, condition, numbers):
    app = make_filled(session, field("DATE"), *DATES)
    assert sorted(found(session, app, condition)) == numbers


def test_today_is_the_day_in_the_time_zone_of_the_site(session):
    app = make_filled(session, field("DATE"), "2026-11-23", "2026-11-24")
    assert found(session, app, "項目 = TODAY()", now=datetime(2026, 11, 23, 15, 0, tzinfo=UTC)) == [2]


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("項目 = TODAY()", [1, 2]), ("項目 < NOW()", [1, 4]), ("項目 >= NOW()", [2, 3]), ("項目 = YESTERDAY()", [4]),
        ('項目 = "2026-11-22T15:00:00Z"', [1]), ('項目 = "2026-11-23T00:00:00+09:00"', [1]), ('項目 = ""', [5]),
    ],
)  # fmt: skip
def test_moments_compare_with_days_in_the_time_zone_of_the_site(session, condition, numbers):
    moments = ("2026-11-22T15:00:00Z", "2026-11-23T14:59:00Z", "2026-11-23T15:00:00Z", "2026-11-22T14:59:00Z", "")
    app = make_filled(session, field("DATETIME"), *moments)
    assert sorted(found(session, app, condition)) == numbers


@pytest.mark.parametrize(
    ("condition", "numbers"), [('項目 < "10:00"', [1]), ('項目 >= "9:30"', [1, 2]), ('項目 = ""', [3])]
)
def test_times_of_day_compare(session, condition, numbers):
    app = make_filled(session, field("TIME"), "09:30", "10:00", "")
    assert sorted(found(session, app, condition)) == numbers


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ('項目 in ("sato")', [1, 3]),
        ("項目 in (LOGINUSER())", [1, 3]),
        ('項目 not in ("sato", "")', [2]),
        ('項目 in ("")', [4]),
    ],
)
def test_users_match_by_code_and_as_the_caller(session, condition, numbers):
    people = [[{"code": code} for code in codes] for codes in (["sato"], ["suzuki"], ["suzuki", "sato"], [])]
    app = make_filled(session, field("USER_SELECT"), *people)
    assert sorted(found(session, app, condition)) == numbers


def test_a_condition_on_a_missing_primary_organisation_is_ignored(session):
    app = make_filled(session, field("ORGANIZATION_SELECT"), [{"code": "soumu"}], [])
    assert found(session, app, "項目 in (PRIMARY_ORGANIZATION())") == [2, 1]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ('文字 = "a" or 項目 in (PRIMARY_ORGANIZATION())', [1]),
        ('文字 = "a" and 項目 not in (PRIMARY_ORGANIZATION())', [1]),
        ("項目 in (PRIMARY_ORGANIZATION()) or 項目 not in (PRIMARY_ORGANIZATION())", [2, 1]),
    ],
)
def test_what_is_ignored_leaves_the_other_conditions_as_they_are(session, query, numbers):
    app = make_app(session, 項目=field("ORGANIZATION_SELECT"), 文字=text())
    add_records(session, caller(), app, [values(文字="a"), values(文字="b")], NOW)
    assert found(session, app, query) == numbers


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("$id = 2", [2]), ("$id > 1", [3, 2]), ("$id <= 2.5", [2, 1]), ("$id = 1.5", []),
        ("$id < 99999999999999999999", [3, 2, 1]),
        ("レコード番号 in (1, 3)", [3, 1]), ('作成者 in ("sato")', [3, 2, 1]), ('更新者 not in ("sato")', []),
        ("作成日時 = TODAY()", [3, 2, 1]), ("更新日時 > NOW()", []), ('作成日時 = "2026-11-23T01:30:00Z"', [3, 2, 1]),
        ("作成日時 < LAST_YEAR()", []), ("order by $id asc limit 1 offset 1", [2]),
    ],
)  # fmt: skip
def test_built_in_fields_can_be_asked_for(session, condition, numbers):
    assert found(session, make_filled(session, text(), "a", "b", "c"), condition) == numbers


def test_and_binds_tighter_than_or_and_parentheses_tighter_still(session):
    app = make_filled(session, number(), "1", "2", "3")
    assert found(session, app, "項目 = 1 or 項目 = 2 and 項目 = 3") == [1]
    assert found(session, app, "(項目 = 1 or 項目 = 3) and 項目 > 1") == [3]


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ('品名 in ("a")', [1, 2]), ('品名 not in ("a")', [3]), ('品名 in ("")', [2]), ("数 > 1", [1, 2]),
        ('品名 in ("a") and 数 > 1', [2]), ('(品名 in ("a")) and (数 > 1)', [2]), ('品名 like "a"', [1, 2]),
        ('品名 not like "a"', [3]), ('品名 in ("a") or 数 > 1', [1, 2]), ('品名 in ("", "x")', [2]),
        ('品名 not in ("")', [1, 3]), ('品名 in ("a") and 品名 not in ("b")', [2]),
    ],
)  # fmt: skip
def test_conditions_on_a_table_speak_of_its_rows(session, condition, numbers):
    app = make_app(session, 明細=table(品名=text(), 数=number()))
    tables = (
        [row(品名="a", 数="1"), row(品名="b", 数="2")],
        [row(品名="a", 数="2"), row(数="0")],
        [row(品名="c", 数="1")],
        [],
    )
    add_records(session, caller(), app, [values(明細=rows) for rows in tables], NOW)
    assert sorted(found(session, app, condition)) == numbers


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("項目 asc", [3, 2, 4, 1]),
        ("項目", [3, 2, 4, 1]),
        ("項目 desc", [4, 1, 2, 3]),
        ("項目 desc, $id asc", [1, 4, 2, 3]),
    ],
)
def test_empty_values_come_first_going_up_and_ties_go_by_the_newest(session, order, numbers):
    app = make_filled(session, number(), "10", "9", "", "10")
    assert found(session, app, f"order by {order}") == numbers


def test_choices_sort_by_the_order_of_their_options(session):
    app = make_filled(session, choice("DROP_DOWN", "高", "中", "低"), "低", "高", "中")
    assert found(session, app, "order by 項目 asc") == [2, 3, 1]


@pytest.mark.parametrize("name", ["作成者", "更新日時", "レコード番号", "ステータス", "作業者", "添付", "計"])
def test_every_field_with_a_value_can_sort(session, name):
    app = make_app(session, make_process("作成中", "済", actions=[]), 添付=field("FILE"), 計=calc("1"))
    add_records(session, caller(), app, [{}, {}], NOW)
    assert sorted(found(session, app, f"order by {name} desc")) == [1, 2]


def test_results_of_formulas_compare_in_their_format(session):
    app = make_app(session, 数=number(), 時間=calc("数*60", format="HOUR_MINUTE"), 日=calc("数*86400", format="DATE"))
    add_records(session, caller(), app, [values(数=each) for each in ("90", "600", "1501")], NOW)
    assert found(session, app, '時間 > "9:30"') == [3, 2]
    assert found(session, app, '時間 = "25:01"') == [3]
    assert found(session, app, '日 < "1971-01-01"') == [1]


def test_status_is_found_by_name_and_records_from_before_the_process_count_as_first(session):
    app = make_app(session, make_process("作成中", "済", actions=[]))
    add_record(session, caller(), app, None, NOW)
    assert found(session, app, 'ステータス = "作成中"') == [1]
    assert found(session, app, 'ステータス not in ("済")') == [1]
    assert found(session, app, 'ステータス != "作成中"') == []


def test_limit_offset_and_total_count(session):
    app = make_filled(session, number(), *map(str, range(1, 8)))
    answer = list_records(session, caller(), app, query="項目 > 2 limit 2 offset 1", total_count=True, now=NOW)
    assert [record["$id"]["value"] for record in answer.records] == ["6", "5"]
    assert answer.total_count == 5
    assert list_records(session, caller(), app, now=NOW).total_count is None


def test_a_page_holds_100_records_unless_told_otherwise(session):
    app = make_app(session)
    for _ in range(2):
        add_records(session, caller(), app, [{}] * 75, NOW)
    assert len(found(session, app, "")) == 100
    assert len(found(session, app, "limit 500")) == 150


def test_long_lists_are_fine(session):
    app = make_filled(session, text(), "v4999", "x")
    wanted = ", ".join(f'"v{number}"' for number in range(5000))
    assert found(session, app, f"項目 in ({wanted})") == [1]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit 501", "GAIA_QU01"), ("offset 10001", "GAIA_QU02"), ("ない = 1", "GAIA_IQ11"),
        ("order by ない", "GAIA_IQ11"),
        ("項目 > 1", "GAIA_IQ03"), ("項目 is empty", "GAIA_IQ03"), ("明細 = 1", "GAIA_IQ03"), ("枠 = 1", "GAIA_IQ03"),
        ("数 = 1", "GAIA_IQ07"), ("数 != 1", "GAIA_IQ07"), ('色 in ("青")', "GAIA_IQ10"), ('色 = "青"', "GAIA_IQ10"),
        ('ステータス = "済"', "GAIA_ST02"), ('担当 in ("nobody")', "GAIA_IL26"), ('課 in ("nobody")', "GAIA_IL28"),
        ("日付 = THIS_MONTH(32)", "GAIA_IQ23"), ("日付 = THIS_MONTH(X)", "GAIA_IQ23"),
        ("日付 = FROM_TODAY(1, HOURS)", "GAIA_IQ25"), ("日付 = FROM_TODAY(1)", "GAIA_IL08"),
        ("日付 = TODAY(1)", "GAIA_IL08"),
        ("日付 = NOW()", "GAIA_IL08"), ("日付 = THIS_WEEK(DAY)", "GAIA_IL08"),
        ("日付 = FROM_TODAY(999999, YEARS)", "GAIA_IL08"),
        ('日付 = "昨日"', "GAIA_IL08"), ('個数 = "多い"', "GAIA_IL08"), ('個数 > ""', "GAIA_IL08"),
        ("個数 = TODAY()", "GAIA_IL08"),
        ("項目 in (LOGINUSER())", "GAIA_IL08"), ("日付 = UNKNOWN()", "GAIA_IL08"), ("order by 数", "GAIA_IL08"),
        ("order by 明細", "GAIA_IL08"), ("明細.数 > 1", "GAIA_IR02"), ('$id = "x"', "GAIA_IL08"),
        ("$id = TODAY()", "GAIA_IL08"),
    ],
)  # fmt: skip
def test_each_misuse_has_its_code(session, query, code):
    app = make_app(
        session, 項目=text(), 明細=table(数=number()), 枠=field("GROUP"), 色=choice("CHECK_BOX", "赤"), 個数=number(),
        担当=field("USER_SELECT"), 課=field("ORGANIZATION_SELECT"), 日付=field("DATE"),
    )  # fmt: skip
    with pytest.raises(PlatformError) as refused:
        found(session, app, query)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "query",
    ["項目 =", "= 1", "項目 = 'a'", "`項目` = 1", '項目 = "a', '項目 = "a\nb"', '項目 = "a\tb"', "項目 in ()",
     "limit -1",
     "offset -1", "limit 1.5", "limit 1 order by 項目", "項目 like 1", "(項目 = 1", "項目 = 1)", "項目 = 1 and",
     '項目 = "\x00"', '項目 = "\ud800"', "項目 = 1 " + "or 項目 = 1 " * 400,
     "(項目 = 1 and (項目 = 1 or " * 60 + "項目 = 1" + "))" * 60],
    ids=range(20),
)  # fmt: skip
def test_what_breaks_the_grammar_is_refused_under_the_key_query(session, query):
    with pytest.raises(InvalidInputError) as refused:
        found(session, make_app(session, 項目=text()), query)
    assert refused.value.errors["query"][0].in_language(Language.JA) == "クエリ記法が間違っています。"


def test_a_syntax_error_names_its_position(session):
    with pytest.raises(InvalidInputError) as refused:
        found(session, make_app(session, 項目=text()), "項目 = = 1")
    assert refused.value.errors["query"][1].ja == "6文字目の「= 1」の付近を確認してください。"


@pytest.mark.parametrize("space", [" ", "\t", "\r\n", "\u3000"])
def test_all_kinds_of_space_part_the_words(session, space):
    app = make_filled(session, text(), "a")
    assert found(session, app, f'項目{space}={space}"a"{space}order{space}by{space}$id{space}limit{space}1') == [1]


def test_escapes_inside_strings_stand_for_what_they_escape(session):
    app = make_filled(session, field("MULTI_LINE_TEXT"), 'a"b\\c\td\ne')
    assert found(session, app, r'項目 like "a\"b\\c\td\ne"') == [1]
