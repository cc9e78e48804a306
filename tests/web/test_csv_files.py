"""Records out as CSV and in again, through the pages."""

from __future__ import annotations

import csv
import io
from urllib.parse import unquote

import pytest

from marketplace.audit.models import AuditEvent
from marketplace.sandbox.csv_files import limits
from marketplace.sandbox.csv_files.decoding import read_csv
from marketplace.sandbox.csv_files.errors import CsvTooLargeError
from tests.municipalities.factories import fictitious_code
from tests.web.conftest import parse, words
from tests.web.installed_app import view
from tests.web.test_lists_of_records import address

LINES = [{"value": {"品名": {"value": "砂利"}, "数量": {"value": "3"}}}, {"value": {"品名": {"value": "石"}}}]


def export(browser, app, **parameters):
    """Return the bytes of an export."""
    answer = browser.get(address(f"{app.base}export.csv", **parameters))
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.text[:500]
    return answer.data


def rows(data, encoding="utf-8-sig"):
    return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))


def upload(browser, app, content, name="台帳.csv"):
    """Send a file and return the address of what its columns are."""
    data = content if isinstance(content, bytes) else content.encode()
    answer = browser.post(f"{app.base}import", data={"file": (io.BytesIO(data), name)})
    assert answer.status_code == 303, words_of(answer)
    return answer.headers["Location"]


def words_of(answer):
    return words(parse(answer, answer.status_code))


def fields(page):
    """Return what the form of columns would send."""
    chosen = {
        each["name"]: (each.select_one("option[selected]") or {"value": ""})["value"]
        for each in page.select("main select")
    }
    return {**chosen, **{each["name"]: each["value"] for each in page.select("main form input[type=hidden]")}}


def problems(page):
    """Return line, field and sentence of each problem."""
    return [
        [cell.get_text() for cell in line.select("td")] for line in page.select_one("main table").select("tbody tr")
    ]


def bring(browser, app, content, **changes):
    """Take a file through all steps and return the last page."""
    place = upload(browser, app, content)
    sent = {**fields(browser.read(place)), **changes}
    browser.send(place, {**sent, "step": "check"}, 200)
    return browser.send(place, {**sent, "step": "run"}, 200)


@pytest.fixture
def browser(sign_in):
    """Somebody who manages the workspace."""
    return sign_in("admin")


def test_the_shown_columns_are_written_in_the_order_of_the_list(browser, installed_app):
    installed_app.set_parts(views={"全部": view("件名", "金額", sort="件名 desc", filterCond="金額 > 0")})
    installed_app.add_many({"件名": "a", "金額": "1"}, {"件名": "b", "金額": "2000"}, {"件名": "c"})
    data = export(browser, installed_app)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert rows(data) == [["件名", "金額"], ["b", "2000"], ["a", "1"]]
    assert rows(export(browser, installed_app, q="a")) == [["件名", "金額"], ["a", "1"]]
    assert rows(export(browser, installed_app, f1="金額", o1="ge", v1="100")) == [["件名", "金額"], ["b", "2000"]]


def test_tables_take_lines_of_their_own_behind_marks(browser, installed_app):
    installed_app.set_parts(views={"全部": view("件名", "明細")})
    installed_app.add(件名="甲", 明細=LINES)
    installed_app.add(件名="乙")
    assert rows(export(browser, installed_app)) == [
        ["レコードの開始行", "件名", "品名", "数量"],
        ["*", "甲", "砂利", "3"],
        ["", "", "石", ""],
        ["*", "乙", "", ""],
    ]


def test_all_fields_are_written_as_they_can_be_read_back(browser, installed_app):
    installed_app.add(
        件名="甲", 対象=["東", "西"], 来庁日時="2026-11-22T15:30:00Z", 担当=[{"code": "Administrator"}], 明細=LINES,
    )  # fmt: skip
    found = rows(export(browser, installed_app, columns="all"))
    record = dict(zip(found[0], found[1], strict=True))
    assert (record["レコード番号"], record["対象"], record["来庁日時"]) == ("1", "東\n西", "2026-11-23 00:30")
    assert (record["担当"], record["作成者"]) == ("Administrator", "Administrator")


@pytest.mark.parametrize("text", ["=1+1", "+81-90-0000", "-cmd", "@SUM(A1)", "\t=1"])
def test_a_text_that_a_spreadsheet_would_run_is_guarded(browser, installed_app, text):
    installed_app.set_parts(views={"全部": view("説明")})
    installed_app.add(説明=text)
    assert rows(export(browser, installed_app))[1] == [f"'{text}"]
    assert rows(export(browser, installed_app, raw="yes"))[1] == [text]


@pytest.mark.parametrize("text", ["-5", "+3.25", "100", "a=1"])
def test_numbers_and_other_texts_stay_as_they_are(browser, installed_app, text):
    installed_app.set_parts(views={"全部": view("説明")})
    installed_app.add(説明=text)
    assert rows(export(browser, installed_app))[1] == [text]


def test_the_file_is_named_after_the_app_and_the_day(browser, installed_app):
    answer = browser.get(f"{installed_app.base}export.csv")
    assert unquote(answer.headers["Content-Disposition"]) == "attachment; filename*=UTF-8''窓口受付_20261123.csv"
    assert answer.headers["Cache-Control"] == "no-store"


def test_shift_jis_is_written_with_the_letters_of_windows(browser, installed_app):
    installed_app.set_parts(views={"全部": view("件名")})
    installed_app.add(件名="髙﨑①㈱〜—")
    assert rows(export(browser, installed_app, encoding="cp932"), "cp932")[1] == ["髙﨑①㈱～―"]


def test_letters_that_shift_jis_lacks_are_told_before_they_are_replaced(browser, installed_app):
    installed_app.set_parts(views={"全部": view("件名")})
    installed_app.add(件名="𠮷野家")
    page = browser.read(address(f"{installed_app.base}export.csv", encoding="cp932"))
    assert "2行目「件名」の「𠮷」" in words(page)
    replaced = export(browser, installed_app, encoding="cp932", replace="yes")
    assert rows(replaced, "cp932")[1] == ["〓野家"]


def test_a_page_asks_how_to_export_and_keeps_the_filter(browser, installed_app):
    page = browser.read(address(f"{installed_app.base}export", q="道路", f1="金額", o1="ge", v1="5"))
    kept = {each["name"]: each["value"] for each in page.select("main form input[type=hidden]")}
    assert kept == {"q": "道路", "f1": "金額", "o1": "ge", "v1": "5"}


def test_a_list_is_exported_in_little_memory(browser, installed_app, sessions):
    for start in range(0, 700, 100):
        installed_app.add_many(*({"件名": f"件{start + n}"} for n in range(100)))
    answer = browser.get(f"{installed_app.base}export.csv", buffered=False)
    pieces = list(answer.response)
    assert len(pieces) > 3
    assert len(rows(b"".join(pieces))) == 701


def test_an_import_adds_what_it_showed_before(browser, installed_app):
    content = (
        '件名,金額,受付日,地区,対象,来庁日時,知らない列\r\n道路,"1,500円",令和8年4月1日,東,東、西,2026/4/1 9:30,x\r\n'
    )
    place = upload(browser, installed_app, content)
    page = browser.read(place)
    sent = fields(page)
    assert [sent[f"column{n}"] for n in range(7)] == ["件名", "金額", "受付日", "地区", "対象", "来庁日時", ""]
    page = browser.send(place, {**sent, "step": "check"}, 200)
    assert "追加1件、更新0件の予定です" in words(page)
    assert installed_app.records() == []
    page = browser.send(place, {**fields(page), "step": "run"}, 200)
    assert "追加1件、更新0件" in words(page)
    record = installed_app.records()[0]
    assert (record["件名"], record["金額"], record["受付日"], record["地区"]) == ("道路", "1500", "2026-04-01", "東")
    assert (record["対象"], record["来庁日時"]) == (["東", "西"], "2026-04-01T00:30:00Z")


def test_a_file_serves_once(browser, installed_app):
    place = upload(browser, installed_app, "件名\r\n甲\r\n")
    sent = {**fields(browser.read(place)), "step": "run"}
    browser.send(place, sent, 200)
    assert browser.post(place, data=sent).status_code == 404
    assert len(installed_app.records()) == 1


def test_a_key_updates_records_and_adds_the_others(browser, installed_app):
    installed_app.add(番号="A1", 件名="古い", 金額="5")
    page = bring(browser, installed_app, "番号,件名\r\nA1,新しい\r\nA2,追加\r\n", key="番号")
    assert "追加1件、更新1件" in words(page)
    assert [(each["番号"], each["件名"], each["金額"]) for each in installed_app.records()] == [
        ("A1", "新しい", "5"),
        ("A2", "追加", ""),
    ]


def test_an_export_can_be_changed_and_imported(browser, installed_app):
    installed_app.add(件名="=甲", 説明="二行\n目", 対象=["東"], 明細=LINES, 来庁日時="2026-11-22T15:30:00Z")
    before = installed_app.records()[0]
    data = export(browser, installed_app, columns="all").replace("砂利".encode(), "砕石".encode())
    page = bring(browser, installed_app, data)
    after = installed_app.records()[0]
    assert "追加0件、更新1件" in words(page)
    assert after["明細"][0]["value"]["品名"]["value"] == "砕石"
    assert {code: after[code] for code in ("件名", "説明", "対象", "来庁日時")} == {
        code: before[code] for code in ("件名", "説明", "対象", "来庁日時")
    }


def test_problems_are_told_by_line_and_field_and_nothing_stays(browser, installed_app):
    content = "番号,件名,金額,地区,品名,数量\r\nA1,甲,百円,東,,\r\nA2,乙,5,南,,\r\nA3,丙,7,西,,\r\nA1,丁,7,西,,\r\n"
    place = upload(browser, installed_app, content)
    sent = fields(browser.read(place))
    for step in ("check", "run"):
        page = browser.send(place, {**sent, "step": step}, 422)
        found = [
            [cell.get_text() for cell in line.select("td")] for line in page.select("main table")[0].select("tbody tr")
        ]
        assert ["2", "金額", "数字でなければなりません。"] in found
        assert ["3", "地区", '"南"は選択肢にありません。'] in found
        assert installed_app.records() == []


def test_a_repeated_key_is_told(browser, installed_app):
    place = upload(browser, installed_app, "番号,件名\r\nA1,甲\r\nA1,乙\r\n")
    sent = {**fields(browser.read(place)), "key": "番号", "step": "check"}
    page = browser.send(place, sent, 422)
    assert "2行目にも同じ値のキーがあります。" in words(page)


def test_a_record_number_that_is_not_there_is_told_by_its_line(browser, installed_app):
    installed_app.add(件名="甲")
    place = upload(browser, installed_app, "レコード番号,件名\r\n1,新\r\n99,無\r\nx,変\r\n,追加\r\n")
    page = browser.send(place, {**fields(browser.read(place)), "step": "check"}, 422)
    found = [
        [cell.get_text() for cell in line.select("td")] for line in page.select("main table")[0].select("tbody tr")
    ]
    assert [line[0] for line in found] == ["3", "4"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_encoding_is_told_by_itself(browser, installed_app, encoding):
    bring(browser, installed_app, "件名\r\n髙﨑\r\n".encode(encoding))
    assert installed_app.records()[0]["件名"] == "髙﨑"


def test_spreadsheets_may_quote_and_wrap_as_they_like(browser, installed_app):
    content = '件名\t説明\n="0123"\t"一行目\r\n二行目 ""引用"""\n\n\'=式\tx\n'
    bring(browser, installed_app, content)
    found = [(each["件名"], each["説明"]) for each in installed_app.records()]
    assert found == [("0123", '一行目\n二行目 "引用"'), ("=式", "x")]


def test_single_options_may_have_columns_of_their_own(browser, installed_app):
    bring(browser, installed_app, "件名,対象[東],対象[西]\r\n甲,1,\r\n乙,,1\r\n")
    assert [each["対象"] for each in installed_app.records()] == [["東"], ["西"]]


def test_a_file_of_too_many_bytes_is_refused():
    with pytest.raises(CsvTooLargeError):
        read_csv(b"a\r\n" + b"x" * limits.MOST_BYTES)


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 422, "取り込む行がありません"),
        ("件名\r\n".encode(), 422, "取り込む行がありません"),
        (b"\x81\xff\xfe\xfd\n1", 422, "文字コードを読み取れません"),
        ("件名\r\na\x00b\r\n".encode(), 422, "2行目の近くが正しくありません"),
        ('件名\r\n"閉じない\r\n'.encode(), 422, "2行目の近くが正しくありません"),
        (b'a\r\n"' + b"x" * 200_000 + b'"\r\n', 422, "近くが正しくありません"),
        (b"a," * 2000 + b"\r\n1\r\n", 413, "大きすぎます"),
        (b"a\r\n" + b"1\r\n" * (limits.MOST_LINES + 1), 413, "大きすぎます"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read_is_refused_with_reason(browser, installed_app, content, status, sentence):
    answer = browser.post(f"{installed_app.base}import", data={"file": (io.BytesIO(content), "x.csv")})
    assert answer.status_code == status
    assert sentence in words_of(answer)


def test_no_file_is_refused(browser, installed_app):
    assert browser.post(f"{installed_app.base}import").status_code == 422


@pytest.mark.parametrize("key", ["nothing", "%00", "あ"])
def test_a_file_that_is_not_there_is_not_found(browser, installed_app, key):
    assert browser.get(f"{installed_app.base}import/{key}").status_code == 404


def test_hostile_names_of_columns_stay_words(browser, installed_app):
    page = browser.read(upload(browser, installed_app, '"<script>alert(1)</script>",件名\r\n"<b>",甲\r\n'))
    assert page.select_one("main table script") is None
    assert "<script>" in page.select_one("main table").get_text()


@pytest.mark.parametrize("rest", ["export", "export.csv", "import"])
def test_members_without_the_right_neither_export_nor_import(sign_in, installed_app, rest):
    browser = sign_in("reader")
    page = browser.read(installed_app.base)
    assert page.find("a", href=f"{installed_app.base}import") is None
    assert browser.get(f"{installed_app.base}{rest}").status_code == 403


@pytest.mark.parametrize("rest", ["export", "export.csv", "import", "import/x", "reports"])
def test_strangers_learn_nothing(sign_in, installed_app, rest):
    assert sign_in("admin", fictitious_code()).get(f"{installed_app.base}{rest}").status_code == 404


def test_an_import_is_in_the_audit_log(browser, installed_app, session):
    bring(browser, installed_app, "件名\r\n甲\r\n乙\r\n")
    event = session.query(AuditEvent).filter_by(act="records.imported").one()
    assert event.facts == {"app": installed_app.id, "added": 2, "updated": 0}
