"""The official command-line program carries records and customisations in and out; compared with what is then there."""

from __future__ import annotations

import pytest

from tests.node.cli import Cli
from tests.node.conftest import Served

pytestmark = [pytest.mark.usefixtures("programs_installed"), pytest.mark.timeout(120)]


def options(*labels: str) -> dict[str, dict[str, str]]:
    return {label: {"label": label, "index": str(index)} for index, label in enumerate(labels)}


def columns(**types: str) -> dict[str, dict[str, str]]:
    return {code: {"type": kind, "code": code, "label": code} for code, kind in types.items()}


FORM = {
    "番号": {"type": "SINGLE_LINE_TEXT", "unique": True, "required": True},
    "金額": {"type": "NUMBER"},
    "備考": {"type": "MULTI_LINE_TEXT"},
    "区分": {"type": "DROP_DOWN", "options": options("新規", "継続")},
    "色": {"type": "CHECK_BOX", "options": options("赤", "青")},
    "日付": {"type": "DATE"},
    "時刻": {"type": "TIME"},
    "日時": {"type": "DATETIME"},
    "担当": {"type": "USER_SELECT"},
    "添付": {"type": "FILE"},
    "倍額": {"type": "CALC", "expression": "金額*2"},
    "明細": {"type": "SUBTABLE", "fields": columns(費目="SINGLE_LINE_TEXT", 数="NUMBER", 写真="FILE")},
}


@pytest.fixture
def cli(served: Served, tmp_path) -> Cli:
    return Cli(served, tmp_path)


@pytest.fixture
def app(served: Served) -> int:
    """An app of its own for the test, with a field of most kinds."""
    return served.kintone.live_app(**FORM)


def record_of(cli: Cli, app: int, number: int = 1) -> dict:
    record = cli.served.kintone.get("record", app=app, id=number)["record"]
    return {code: cell["value"] for code, cell in record.items()}


def names_and_amounts(cli: Cli, app: int) -> list[tuple[str, str]]:
    found = cli.served.kintone.get("records", app=app, query="order by $id asc")["records"]
    return [(each["番号"]["value"], each["金額"]["value"]) for each in found]


def add(cli: Cli, app: int, *numbers: tuple[str, str]) -> None:
    records = [{"番号": {"value": name}, "金額": {"value": amount}} for name, amount in numbers]
    cli.served.kintone.post("records", app=app, records=records)


@pytest.mark.parametrize(("encoding", "codec"), [("utf8", "utf-8"), ("sjis", "cp932")])
def test_records_are_imported_in_both_encodings(cli: Cli, app, encoding, codec):
    titles = ("番号", "金額", "備考", "区分", "色", "日付", "時刻", "日時", "担当")
    full = (
        "㈱一番",
        "1.50",
        "一行目\n二行目",
        "新規",
        "赤\n青",
        "2026-4-1",
        "9:30",
        "2026-04-01T09:30:00+09:00",
        "admin",
    )
    file = cli.write_csv(titles, full, ("二番", *[""] * 8), encoding=codec)
    done = cli.works("record", "import", "--app", app, "--file-path", file, "--encoding", encoding)
    assert "Imported 2 records successfully" in done.said
    record = record_of(cli, app)
    assert [record[code] for code in (*titles[:-1], "倍額")] == [
        "㈱一番", "1.5", "一行目\n二行目", "新規", ["赤", "青"], "2026-04-01", "09:30", "2026-04-01T00:30:00Z", "3",
    ]  # fmt: skip
    assert record["担当"] == [{"code": "admin", "name": "管理者"}]
    empty = record_of(cli, app, 2)
    assert [empty[code] for code in titles] == ["二番", "", "", None, [], None, None, "", []]


@pytest.mark.parametrize(("encoding", "codec"), [("utf8", "utf-8"), ("sjis", "cp932")])
def test_records_are_exported_in_both_encodings(cli: Cli, app, encoding, codec):
    add(cli, app, ("一番", "10"), ("二番", ""))
    rows = cli.works("record", "export", "--app", app, "--encoding", encoding).rows(codec)
    assert [(row["レコード番号"], row["番号"], row["金額"], row["倍額"]) for row in rows] == [
        ("1", "一番", "10", "20"),
        ("2", "二番", "", "0"),
    ]
    assert rows[0]["作成者"] == "admin"


def test_what_was_exported_can_be_imported_elsewhere(cli: Cli, app, served: Served):
    add(cli, app, ("一番", "10"), ("二番", "20"))
    cli.write("records.csv", cli.works("record", "export", "--app", app, "--fields", "番号,金額,明細").output.decode())
    other = served.kintone.live_app(**FORM)
    cli.works("record", "import", "--app", other, "--file-path", "records.csv")
    assert names_and_amounts(cli, other) == [("一番", "10"), ("二番", "20")]


def test_attachments_travel_in_and_out_also_inside_tables(cli: Cli, app):
    cli.write("in/領収書.txt", "領収")
    cli.write("in/現場.txt", "写真")
    file = cli.write_csv(
        ("*", "番号", "添付", "明細", "費目", "数", "写真"), ("*", "一番", "領収書.txt", "", "交通費", "1", "現場.txt"),
        ("", "一番", "領収書.txt", "", "宿泊費", "2", ""),
    )  # fmt: skip
    cli.works("record", "import", "--app", app, "--file-path", file, "--attachments-dir", "in")
    record = record_of(cli, app)
    assert [(each["name"], each["size"]) for each in record["添付"]] == [("領収書.txt", "6")]
    rows = cli.works("record", "export", "--app", app, "--attachments-dir", "out").rows()
    assert (cli.folder / "out" / rows[0]["添付"]).read_text(encoding="utf-8") == "領収"
    assert (cli.folder / "out" / rows[0]["写真"]).read_text(encoding="utf-8") == "写真"


def test_rows_of_tables_become_lines_and_come_back_as_rows(cli: Cli, app):
    file = cli.write_csv(
        ("*", "番号", "明細", "費目", "数"), ("*", "一番", "", "交通費", "1"), ("", "一番", "", "宿泊費", "2"),
        ("*", "二番", "", "", ""),
    )  # fmt: skip
    cli.works("record", "import", "--app", app, "--file-path", file)
    rows = [{code: cell["value"] for code, cell in row["value"].items()} for row in record_of(cli, app)["明細"]]
    assert [(row["費目"], row["数"]) for row in rows] == [("交通費", "1"), ("宿泊費", "2")]
    exported = cli.works("record", "export", "--app", app).rows()
    assert [(row["*"], row["番号"], row["明細"], row["費目"]) for row in exported] == [
        ("*", "一番", "1", "交通費"),
        ("", "一番", "2", "宿泊費"),
        ("*", "二番", "", ""),
    ]


def test_an_update_key_changes_the_known_and_adds_the_others(cli: Cli, app):
    add(cli, app, ("一番", "10"), ("二番", "20"))
    file = cli.write_csv(("番号", "金額"), ("二番", "21"), ("三番", "30"))
    cli.works("record", "import", "--app", app, "--file-path", file, "--update-key", "番号")
    assert names_and_amounts(cli, app) == [("一番", "10"), ("二番", "21"), ("三番", "30")]


def test_the_record_number_can_be_the_update_key(cli: Cli, app):
    add(cli, app, ("一番", "10"), ("二番", "20"))
    file = cli.write_csv(("レコード番号", "金額"), ("2", "21"))
    cli.works("record", "import", "--app", app, "--file-path", file, "--update-key", "レコード番号")
    assert names_and_amounts(cli, app) == [("一番", "10"), ("二番", "21")]


def test_more_records_than_one_call_takes_are_all_imported(cli: Cli, app):
    file = cli.write_csv(("番号",), *((f"番{n}",) for n in range(230)))
    assert "Imported 230 records" in cli.works("record", "import", "--app", app, "--file-path", file).said
    assert cli.served.kintone.get("records", app=app, totalCount="true", query="limit 1")["totalCount"] == "230"


def test_a_condition_and_fields_select_what_is_exported(cli: Cli, app):
    add(cli, app, ("一番", "10"), ("二番", "20"), ("三番", "30"))
    done = cli.works("record", "export", "--app", app, "--condition", "金額 > 15", "--fields", "番号,金額")
    assert done.rows() == [{"番号": "二番", "金額": "20"}, {"番号": "三番", "金額": "30"}]


def test_an_order_arranges_what_is_exported(cli: Cli, app):
    add(cli, app, ("一番", "10"), ("二番", "30"), ("三番", "20"))
    done = cli.works("record", "export", "--app", app, "--order-by", "金額 desc", "--fields", "番号")
    assert [row["番号"] for row in done.rows()] == ["二番", "三番", "一番"]


def test_named_records_are_deleted_then_all(cli: Cli, app, served: Served):
    add(cli, app, ("一番", ""), ("二番", ""), ("三番", ""))
    token = served.token(app, "view", "delete")
    file = cli.write_csv(("レコード番号",), ("1",), ("3",))
    cli.works("record", "delete", "--app", app, "--yes", "--file-path", file, token=token)
    assert names_and_amounts(cli, app) == [("二番", "")]
    cli.works("record", "delete", "--app", app, "--yes", token=token)
    assert names_and_amounts(cli, app) == []


def test_a_refused_import_names_row_and_cause_and_adds_nothing(cli: Cli, app):
    file = cli.write_csv(("番号", "区分"), ("一番", "新規"), ("", "なし"))
    said = cli.fails("record", "import", "--app", app, "--file-path", file)
    assert "[400] [CB_VA01] 入力内容が正しくありません。" in said
    assert "An error occurred on 番号 at row 3.\n" in said
    assert "Cause: 必須です。" in said
    assert 'Cause: "なし"は選択肢にありません。' in said
    assert names_and_amounts(cli, app) == []


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("export", "--app", "999"), "[404] [GAIA_AP01] 指定したアプリ（id: 999）が見つかりません。"),
        (("export", "--app", "{app}", "--condition", "ない = 1"), "[400] [GAIA_IQ11] 指定されたフィールド（ない）"),
        (("export", "--app", "{app}", "--condition", "金額 >"), "[400] [CB_VA01] 入力内容が正しくありません。"),
        (("export", "--app", "{app}", "--condition", "番号 > 1"), "[400] [GAIA_IQ03] 番号フィールドの"),
    ],
)
def test_refusals_are_passed_on_with_status_code_and_message(cli: Cli, app, arguments, refusal):
    assert refusal in cli.fails("record", *(each.replace("{app}", str(app)) for each in arguments))


@pytest.mark.parametrize(
    ("permissions", "refusal"), [((), "[400] [GAIA_IA02]"), (("view",), "[403] [GAIA_NO01]")], ids=["unknown", "view"]
)
def test_a_token_that_may_not_is_refused(cli: Cli, app, served: Served, permissions, refusal):
    token = served.token(app, *permissions) if permissions else "unknown"
    add(cli, app, ("一番", ""))
    assert refusal in cli.fails("record", "delete", "--app", app, "--yes", token=token)
    assert names_and_amounts(cli, app) == [("一番", "")]


MANIFEST = """{"scope": "ADMIN",
"desktop": {"js": ["https://cdn.example.jp/lib.js", "src/app.js"], "css": ["src/app.css"]},
"mobile": {"js": ["src/mobile.js"], "css": ["https://cdn.example.jp/m.css", "src/m.css"]}}"""
SOURCES = {name: f"/* {name} */" for name in ("app.js", "app.css", "mobile.js", "m.css")}


def apply_manifest(cli: Cli, app: int) -> None:
    for name, text in SOURCES.items():
        cli.write(f"src/{name}", text)
    cli.write("customize-manifest.json", MANIFEST)
    cli.works("customize", "apply", "--app", app, "--input", "customize-manifest.json", "--yes")


def shown(item: dict) -> str:
    return item["url"] if item["type"] == "URL" else item["file"]["name"]


def test_a_customisation_is_applied_and_put_into_use(cli: Cli, app, served: Served):
    apply_manifest(cli, app)
    live = served.kintone.get("app/customize", app=app)
    assert live["scope"] == "ADMIN"
    assert [shown(each) for each in live["desktop"]["js"]] == ["https://cdn.example.jp/lib.js", "app.js"]
    assert [shown(each) for each in live["desktop"]["css"]] == ["app.css"]
    assert [shown(each) for each in live["mobile"]["js"]] == ["mobile.js"]
    assert [shown(each) for each in live["mobile"]["css"]] == ["https://cdn.example.jp/m.css", "m.css"]
    key = live["mobile"]["js"][0]["file"]["fileKey"]
    file = served.kintone.send("GET", "file", query_string={"fileKey": key})
    assert file.data.decode() == SOURCES["mobile.js"]


def test_an_exported_customisation_applies_to_another_app(cli: Cli, app, served: Served):
    apply_manifest(cli, app)
    cli.works("customize", "export", "--app", app, "--output", "out/customize-manifest.json", "--yes")
    found = {path.name: path.read_text(encoding="utf-8") for path in (cli.folder / "out").rglob("*.[jc]s*")}
    assert {name: found[name] for name in SOURCES} == SOURCES
    other = served.kintone.live_app()
    cli.works("customize", "apply", "--app", other, "--input", "out/customize-manifest.json", "--yes")
    places = (("desktop", "js"), ("desktop", "css"), ("mobile", "js"), ("mobile", "css"))
    first, second = (served.kintone.get("app/customize", app=number) for number in (app, other))
    for device, kind in places:
        assert [shown(each) for each in second[device][kind]] == [shown(each) for each in first[device][kind]]
    assert second["scope"] == "ADMIN"


def test_a_customisation_of_no_app_is_refused(cli: Cli):
    cli.write("customize-manifest.json", MANIFEST)
    for name, text in SOURCES.items():
        cli.write(f"src/{name}", text)
    said = cli.fails("customize", "apply", "--app", 999, "--input", "customize-manifest.json", "--yes")
    assert "GAIA_AP01" in said
