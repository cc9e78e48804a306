import pytest

from marketplace.kernel.text import Language
from marketplace.web.app_sheets import State, states_of
from marketplace.web.apps.sheets import list_cells, list_columns, show_value


@pytest.mark.parametrize(
    ("kind", "value", "settings", "expected"),
    [
        ("NUMBER", "1234567.5", {"digit": True, "unit": "円", "unitPosition": "AFTER"}, "1,234,567.5円"),
        ("NUMBER", "-1234", {"digit": True, "unit": "¥", "unitPosition": "BEFORE"}, "¥-1,234"),
        ("NUMBER", "1234", {}, "1234"),
        ("CALC", "1234", {"format": "NUMBER_DIGIT"}, "1,234"),
        ("DATE", "2026-11-23", {}, "2026年11月23日（令和8年）"),
        ("DATE", "soon", {}, "soon"),
        ("DATETIME", "2026-11-22T16:05:00Z", {}, "2026年11月23日（令和8年） 01:05"),
        ("CHECK_BOX", ["窓口", "郵送"], {}, "窓口、郵送"),
        ("USER_SELECT", [{"code": "sato", "name": "佐藤"}, {"code": "suzuki", "name": ""}], {}, "佐藤、suzuki"),
        ("FILE", [{"name": "申請書.pdf", "fileKey": "x"}], {}, "申請書.pdf"),
        ("CREATOR", {"code": "sato", "name": "佐藤"}, {}, "佐藤"),
        ("RICH_TEXT", "<b>要件</b>と<br>様式", {}, "要件 と 様式"),
        ("SINGLE_LINE_TEXT", None, {}, ""),
    ],
)
def test_a_value_is_shown_as_people_read_it(kind, value, settings, expected):
    assert show_value(kind, value, settings, Language.JA).text == expected


@pytest.mark.parametrize(
    ("protocol", "value", "address"),
    [
        ("WEB", "https://example.jp/", "https://example.jp/"),
        ("WEB", "javascript:alert(1)", None),
        ("MAIL", "hanako@example.jp", "mailto:hanako@example.jp"),
        ("CALL", "090-0000-0000", "tel:090-0000-0000"),
    ],
)
def test_only_addresses_that_cannot_run_become_links(protocol, value, address):
    assert show_value("LINK", value, {"protocol": protocol}, Language.JA).address == address


def test_a_list_cuts_long_texts_and_leaves_the_era_out():
    properties = {"内容": {"type": "MULTI_LINE_TEXT"}, "受付日": {"type": "DATE"}}
    record = {"内容": {"value": "あ" * 200}, "受付日": {"value": "2026-11-23"}}
    columns = list_columns(properties, ["内容", "受付日"])
    assert [cell.text for cell in list_cells(record, columns, properties, Language.JA)] == [
        "あ" * 80 + "…",
        "2026年11月23日",
    ]


def test_a_list_has_no_column_for_what_does_not_fit_into_a_cell():
    properties = {"明細": {"type": "SUBTABLE"}, "件名": {"type": "SINGLE_LINE_TEXT"}}
    assert [column.code for column in list_columns(properties, ["明細", "件名", "消えた項目"])] == ["件名"]


def test_a_state_leads_on_only_where_an_action_does():
    states = {name: {"name": name, "index": str(index)} for index, name in enumerate(["受付", "審査", "取下げ"])}
    process = {"enable": True, "states": states, "actions": [{"name": "進める", "from": "受付", "to": "審査"}]}
    assert states_of(process) == [State("受付", True), State("審査", False), State("取下げ", False)]


def test_a_process_that_is_switched_off_has_no_states():
    assert states_of({"enable": False, "states": {"受付": {"name": "受付", "index": "0"}}}) == []
