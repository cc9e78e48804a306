"""The language of the sources: what it makes, and that whatever it does not know is an error with its line."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_tools.checking.outlines import Answers, read_answers
from catalog_tools.expanding import Expansion, Sources, write
from catalog_tools.icons.drawing import COLOURS, draw_icon
from catalog_tools.icons.glyphs import BADGES, GLYPHS
from catalog_tools.pictures.canvas import HEIGHT, WIDTH
from catalog_tools.pictures.png import deflated
from catalog_tools.pictures.scenes import scenes
from catalog_tools.source.errors import Line, SourceError, SourceFlawsError
from marketplace.bundle.checking import check
from marketplace.bundle.checks.svg import check_svg
from marketplace.bundle.reading import read_folder

SLUG = "vehicle-reservation"
SOURCE = """@version 1.0.0

@template
name: 公用車予約
name-en: Car booking
summary: 公用車の予約と運転日誌。
summary-en: Bookings.
category: zaisei
departments: 契約管財課
keywords: 公用車, よやく
laws: 道路交通法第74条の3（安全運転管理者）
icon: car + clock
personal: none
personal-notice: 個人情報は扱いません。
personal-notice-en: None.

@people
section
section-chief

@app vehicle-reservation
name: 公用車予約
description: 予約です。
title: 用務

@fields
// 注釈は読み飛ばす
# 予約: 車と日を選びます。
## 予約
予約番号*: text unique max=20 w=150
+ 利用日*: date = today
用務「行先と用務」*: text max=60
車両: drop(1号車/2号車/軽トラック※)
担当者: user = me
## 走行
出発メーター: num[km] min=0
+ 到着メーター: num[km] min=0
走行距離: calc[km] = IF(到着メーター > 0, 到着メーター - 出発メーター, 0)
給油: table
  給油日*: date
  給油量*: num scale=1
同じ車両の予約: rel(vehicle-reservation.車両 = 車両) show 利用日, 用務 sort 利用日 desc
台帳: rel(equipment-asset-ledger.備品番号 = 予約番号) show 品名
use 事務の記録

@process
states: 予約, 使用中, 返却
assign 使用中: section-chief, 担当者
予約 -> 使用中: 使い始める if FILLED(出発メーター)
使用中 -> 返却: 返却する

@views
columns 基本: 予約番号, 利用日, 用務
進行中: $基本 where OPEN sort 利用日 asc
自分の予約: $基本, ステータス where MINE(担当者) and DUE(利用日, 7)
カレンダー: calendar 利用日 用務

@permissions
section: work
everyone: read
lock 走行距離 for section
records where DONE: section view edit; everyone view

@notices
on add, status to 担当者
remind 利用日 -1d 16:00 where OPEN to 担当者 : 明日の予約です。

@reports
月別の件数: line count by 利用日/month
車両別の距離: column stacked sum(走行距離) by 車両 sort TOTAL desc

@records
cols: 予約番号 | 利用日 | 用務 | 車両 | $status
見本-001 | today+1d | 現地の確認 | 1号車 | 予約
見本-002 | 2026-04-01 | 会議 | | 返却
  出発メーター: 1,000
  到着メーター: 1,050
  給油:
    - today | 20.5
  = 走行距離: 50

@readme
## 何のためのアプリか

予約です。

## 個人情報の扱い

:: マイナンバーと口座

@readme-en
Bookings.
"""


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """A folder with one source."""
    (tmp_path / SLUG).mkdir()
    (tmp_path / SLUG / "1.0.0.txt").write_text(SOURCE, "utf-8")
    return Sources(tmp_path)


def rewritten(sources: Sources, old: str, new: str) -> Expansion:
    """Expand the source with one place written otherwise."""
    assert old in SOURCE
    (sources.folder / SLUG / "1.0.0.txt").write_text(SOURCE.replace(old, new, 1), "utf-8")
    return sources.expand(SLUG, "1.0.0")


def later(sources: Sources, text: str, version: str = "1.1.0") -> Expansion:
    """Expand a version that changes the source."""
    path = sources.folder / SLUG / f"{version}.txt"
    path.write_text(f"@version {version} from 1.0.0\n@changelog\n- 変わりました。\n{text}", "utf-8")
    return sources.expand(SLUG, version)


def part(expansion: Expansion, name: str):
    return json.loads(expansion.files[f"apps/{SLUG}/{name}.json"])


def test_what_a_source_makes_is_a_bundle(sources: Sources, tmp_path: Path) -> None:
    write(sources.expand(SLUG, "1.0.0"), tmp_path / "catalog")
    bundle = read_folder(tmp_path / "catalog" / SLUG / "1.0.0")
    assert bundle.manifest.slug == SLUG
    assert bundle.app(SLUG).fields["予約番号"]["unique"]


def test_the_same_source_makes_the_same_files(sources: Sources, tmp_path: Path) -> None:
    first = sources.expand(SLUG, "1.0.0").files
    assert first == Sources(sources.folder).expand(SLUG, "1.0.0").files
    stray = tmp_path / "catalog" / SLUG / "1.0.0" / "apps" / "old" / "fields.json"
    stray.parent.mkdir(parents=True)
    stray.write_text("{}")
    write(sources.expand(SLUG, "1.0.0"), tmp_path / "catalog")
    assert not stray.parent.exists()


def test_a_field_line_says_everything_about_a_field(sources: Sources) -> None:
    properties = part(sources.expand(SLUG, "1.0.0"), "fields")["properties"]
    assert (properties["用務"]["label"], properties["用務"]["required"]) == ("行先と用務", True)
    assert properties["出発メーター"]["unit"] == "km"
    assert properties["担当者"]["defaultValue"] == [{"type": "FUNCTION", "code": "LOGINUSER()"}]
    assert list(properties["車両"]["options"]) == ["1号車", "2号車", "軽トラック"]
    assert properties["事務の記録"] == {
        "type": "GROUP",
        "code": "事務の記録",
        "label": "事務の記録",
        "noLabel": False,
        "openGroup": False,
    }


def test_fields_stand_in_rows_as_they_are_joined(sources: Sources) -> None:
    rows = part(sources.expand(SLUG, "1.0.0"), "layout")["layout"]
    assert [row["type"] for row in rows] == ["ROW", "GROUP", "GROUP", "SUBTABLE", "ROW", "GROUP"]
    assert "<b>１　予約</b>　車と日を選びます。" in rows[0]["fields"][0]["label"]
    assert [cell["code"] for cell in rows[1]["layout"][0]["fields"]] == ["予約番号", "利用日"]


def test_lists_that_each_municipality_replaces_are_named(sources: Sources) -> None:
    [entry] = json.loads(sources.expand(SLUG, "1.0.0").files["template.json"])["localise"]
    assert entry["field"] == "車両"


def test_only_placeholders_that_are_used_are_declared(sources: Sources) -> None:
    manifest = json.loads(sources.expand(SLUG, "1.0.0").files["template.json"])
    assert [place["key"] for place in manifest["placeholders"]] == ["section", "section-chief"]


def test_links_to_apps_that_the_template_lacks_are_left_out(sources: Sources) -> None:
    expansion = sources.expand(SLUG, "1.0.0")
    assert "台帳" not in part(expansion, "fields")["properties"]
    assert "同じ車両の予約" in part(expansion, "fields")["properties"]


def test_shorthands_become_conditions_of_kintone(sources: Sources) -> None:
    views = part(sources.expand(SLUG, "1.0.0"), "views")["views"]
    assert views["進行中"]["filterCond"] == 'ステータス not in ("返却")'
    mine = "担当者 in (LOGINUSER()) and 利用日 >= TODAY() and 利用日 <= FROM_TODAY(7, DAYS)"
    assert views["自分の予約"]["filterCond"] == mine
    actions = part(sources.expand(SLUG, "1.0.0"), "process")["actions"]
    assert actions[0]["filterCond"] == '出発メーター != ""'


@pytest.mark.parametrize(
    ("type_", "asked"),
    [("area", "is not empty"), ("drop(甲/乙)", 'not in ("")'), ("date", '!= ""'), ("file", "is not empty")],
)
def test_each_type_is_asked_in_its_way_whether_it_is_filled(sources: Sources, type_: str, asked: str) -> None:
    source = SOURCE.replace("出発メーター: num[km] min=0\n+ 到着メーター", f"出発メーター: {type_}\n+ 到着メーター")
    source = source.replace("到着メーター - 出発メーター", "到着メーター").replace("  出発メーター: 1,000\n", "")
    (sources.folder / SLUG / "1.0.0.txt").write_text(source, "utf-8")
    actions = part(sources.expand(SLUG, "1.0.0"), "process")["actions"]
    assert actions[0]["filterCond"] == f"出発メーター {asked}"


def test_a_lock_spares_those_who_are_in_the_group_too(sources: Sources) -> None:
    lock = "lock 走行距離 for section except section-chief, 担当者\nhide 用務 from section"
    expansion = rewritten(sources, "lock 走行距離 for section", lock)
    first, second = part(expansion, "permissions")["field"]["rights"]
    told = [(right["accessibility"], right["entity"]["code"]) for right in first["entities"]]
    spared = [("WRITE", "{{section-chief}}"), ("WRITE", "担当者")]
    assert told == [*spared, ("READ", "{{section}}"), ("WRITE", "everyone")]
    assert [right["accessibility"] for right in second["entities"]] == ["NONE", "WRITE"]


def test_who_is_locked_by_an_earlier_line_stays_locked(sources: Sources) -> None:
    lines = "lock 走行距離 for section-chief\nhide 走行距離 from section except section-chief"
    [right] = part(rewritten(sources, "lock 走行距離 for section", lines), "permissions")["field"]["rights"]
    assert [each["accessibility"] for each in right["entities"]] == ["READ", "NONE", "WRITE"]


def test_rights_on_records_may_say_none(sources: Sources) -> None:
    bare = part(rewritten(sources, "edit; everyone view", "edit; everyone"), "permissions")
    assert part(rewritten(Sources(sources.folder), "edit; everyone view", "edit; everyone none"), "permissions") == bare


def test_users_are_offered_by_their_organisations_and_groups(sources: Sources) -> None:
    expansion = rewritten(sources, "user = me", "user from=section/section-chief = me")
    offered = part(expansion, "fields")["properties"]["担当者"]["entities"]
    assert [(one["type"], one["code"]) for one in offered] == [
        ("ORGANIZATION", "{{section}}"),
        ("USER", "{{section-chief}}"),
    ]


def test_samples_hold_drawn_photographs_and_papers(sources: Sources, tmp_path: Path) -> None:
    source = SOURCE.replace("  給油量*: num scale=1\n", "  給油量*: num scale=1\n  領収書: file\n")
    source = source.replace("担当者: user = me", "担当者: user = me\n写真: file")
    source = source.replace("    - today | 20.5\n", "    - today | 20.5 | paper 領収書.pdf\n")
    source = source.replace("  給油:\n", "  写真: road-hole 現場.png / road-mended 後.png\n  給油:\n")
    (sources.folder / SLUG / "1.0.0.txt").write_text(source, "utf-8")
    expansion = sources.expand(SLUG, "1.0.0")
    second = part(expansion, "records")["records"][1]
    assert second["写真"]["value"] == [{"path": "files/現場.png"}, {"path": "files/後.png"}]
    assert second["給油"]["value"][0]["value"]["領収書"]["value"] == [{"path": "files/領収書.pdf"}]
    write(expansion, tmp_path / "catalog")
    bundle = read_folder(tmp_path / "catalog" / SLUG / "1.0.0")
    assert set(bundle.app(SLUG).files) == {"files/現場.png", "files/後.png", "files/領収書.pdf"}
    assert not [finding for finding in check(bundle) if "file" in finding.code]
    assert sum(map(len, bundle.app(SLUG).files.values())) < 8_000


def test_pictures_are_png_that_any_reader_unpacks() -> None:
    for name, picture in scenes().items():
        at = picture.index(b"IDAT")
        packed = picture[at + 4 : at + 4 + int.from_bytes(picture[at - 4 : at], "big")]
        assert len(zlib.decompress(packed)) == HEIGHT * (WIDTH // 2 + 1), name


@given(st.integers(1, 12), st.lists(st.integers(0, 3), min_size=1, max_size=900))
def test_what_is_shortened_unpacks_to_the_same(stride: int, numbers: list[int]) -> None:
    data = bytes(numbers)
    assert zlib.decompress(deflated(data, stride)) == data


def test_a_list_that_a_lookup_fills_is_not_asked_for_twice(sources: Sources) -> None:
    copied = (
        "写し: drop(1号車/2号車/軽トラック※)\n元: lk(vehicle-reservation.予約番号) copy 写し < 車両 pick 予約番号\n"
    )
    manifest = json.loads(rewritten(sources, "## 走行\n", f"{copied}## 走行\n").files["template.json"])
    assert [entry["field"] for entry in manifest["localise"]] == ["車両"]
    other = copied.replace("軽トラック", "軽トラック/なし")
    manifest = json.loads(rewritten(Sources(sources.folder), "## 走行\n", f"{other}## 走行\n").files["template.json"])
    assert [entry["field"] for entry in manifest["localise"]] == ["車両", "写し"]


def test_a_later_version_withdraws_an_entry(sources: Sources) -> None:
    rewritten(
        sources, "@people\n", "@outline\nomit 残り日数: 計算式に今日がない。\nomit 走行費: 集計しない。\n@people\n"
    )
    expansion = later(sources, "@outline\nremove omit 残り日数\nchanged 走行費: 表にした。\nremove omit 走行費\n")
    assert read_answers(expansion.source.sections["outline"].blocks) == Answers({}, {"走行費": "表にした。"}, {})


def test_a_source_that_is_gone_is_named(sources: Sources) -> None:
    with pytest.raises(SourceError, match=r"vehicle-reservation/9\.0\.0\.txt:1: there is no such source"):
        sources.expand(SLUG, "9.0.0")


def test_samples_are_rows_and_what_stands_under_them(sources: Sources) -> None:
    expansion = sources.expand(SLUG, "1.0.0")
    first, second = part(expansion, "records")["records"]
    assert first["利用日"] == {"value": "{{today+1d}}"}
    assert second["出発メーター"] == {"value": "1000"}
    assert second["給油"]["value"] == [{"value": {"給油日": {"value": "{{today}}"}, "給油量": {"value": "20.5"}}}]
    assert "車両" not in second
    [expected] = expansion.apps[SLUG].expected
    assert (expected.record, expected.code, expected.value) == (1, "走行距離", "50")


def test_a_lookup_in_a_table_fills_its_row_and_the_samples_leave_that_out(sources: Sources) -> None:
    columns = "  給油所: lk(vehicle-reservation.予約番号) copy 店の名 < 用務 pick 予約番号\n  店の名: text\n"
    given = "    - today | 20.5 | 見本-001\n"
    source = SOURCE.replace("  給油量*: num scale=1\n", f"  給油量*: num scale=1\n{columns}")
    source = source.replace("    - today | 20.5\n", given)
    (sources.folder / SLUG / "1.0.0.txt").write_text(source, "utf-8")
    expansion = sources.expand(SLUG, "1.0.0")
    table = part(expansion, "fields")["properties"]["給油"]["fields"]
    assert table["給油所"]["lookup"]["fieldMappings"] == [{"field": "店の名", "relatedField": "用務"}]
    [row] = part(expansion, "records")["records"][1]["給油"]["value"]
    assert row["value"]["給油所"] == {"value": "見本-001"}
    assert "店の名" not in row["value"]


def test_shared_sentences_stand_where_the_readme_names_them(sources: Sources) -> None:
    text = sources.expand(SLUG, "1.0.0").files["README.md"].decode()
    assert "マイナンバー（個人番号）と口座番号の項目はありません" in text
    assert text.endswith("法令の内容は各団体で確認してください。\n")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("@views", "@view", "unknown section"),
        ("user = me", "user from=somebody = me", "is not in @people"),
        ("担当者: user = me", "担当者: org from=section-chief", "org offers only ORGANIZATIONs"),
        ("for section\n", "for section except\n", "except section-chief"),
        ("for section\n", "for section except section\n", "kintone takes the first"),
        ("edit; everyone view", "edit; everyone none view", "or none alone"),
        ("category: zaisei", "category: zaisai", "unknown category"),
        ("departments: 契約管財課", "department: 契約管財課", "unknown entry"),
        ("icon: car + clock", "icon: caar", "unknown drawing"),
        ("text unique max=20", "text single max=20", "unknown word"),
        ("text unique max=20", "txt", "unknown type"),
        ("date = today", "date = tomorrow", "default of date"),
        ("drop(1号車/2号車/軽トラック※)", "drop(1号車/1号車)", "twice"),
        ("担当者: user = me", "担当者*: user = me", "never required"),
        ("出発メーター: num", "用務: num", "stands in line"),
        ("用務「行先と用務」", "作業者", "kintone's own"),
        ("use 事務の記録", "use 事務", "no shared fields"),
        ("給油: table", "給油: tables", "unknown type"),
        ("assign 使用中: section-chief, 担当者", "assign 使用中: section-chief", "field for people"),
        ("使用中 -> 返却: 返却する", "使用中 -> 返品: 返却する", "no state"),
        ("assign 使用中: section-chief", "assign 使用中: chief", "neither in @people"),
        ("進行中: $基本", "進行中: $標準", "columns 標準"),
        ("section: work", "section: werk", "unknown right"),
        ("everyone: read\n", "", "everyone"),
        ("everyone: read", "everyone: check", "never edits"),
        ("lock 走行距離", "lock 距離", "no field"),
        ("remind 利用日 -1d", "remind 利用日 1d", "write"),
        ("line count by", "lines count by", "write"),
        ("利用日/month", "利用日/months", "there are year"),
        ("| 予約\n", "\n", "values for 5 columns"),
        ("  到着メーター: 1,050", "  到着: 1,050", "no field"),
        ("  = 走行距離: 50", "  走行距離: 50", "computed"),
        ("    - today | 20.5", "    - today", "the columns are"),
        (":: マイナンバーと口座", ":: マイナンバー", "no shared sentences"),
        ("where OPEN sort 利用日 asc", "where OPEN(担当者) sort 利用日 asc", "in parentheses"),
        ("## 走行\n", "## 走行\n   ずれた行: text\n", "indentation"),
        ("title: 用務", "title: 目的", "no field"),
    ],
)
def test_whatever_is_not_known_is_an_error_with_its_line(sources: Sources, old: str, new: str, words: str) -> None:
    with pytest.raises((SourceError, SourceFlawsError)) as caught:
        rewritten(sources, old, new)
    assert words in str(caught.value)
    assert f"{SLUG}/1.0.0.txt:" in str(caught.value)


def test_several_errors_are_told_at_once(sources: Sources) -> None:
    source = SOURCE.replace("text unique", "txt unique").replace("給油日*: date", "給油日*: day")
    (sources.folder / SLUG / "1.0.0.txt").write_text(source, "utf-8")
    with pytest.raises(SourceFlawsError) as caught:
        sources.expand(SLUG, "1.0.0")
    lines = str(caught.value).splitlines()
    assert any("txt unique" in line for line in lines)
    assert any("day" in line for line in lines)


def test_a_later_version_says_only_what_changes(sources: Sources) -> None:
    expansion = later(
        sources,
        """@template
keywords: 公用車, よやく, 運転
@app vehicle-reservation
@fields
add after 用務:
  同乗者: text max=60
replace 車両:
  車両: drop(1号車/2号車/3号車※)
@views
add after 進行中:
  返却済: $基本 where DONE
@records
set 見本-002:
  同乗者: 見本 太郎
  到着メーター: 1,100
add:
  見本-003 | today | 配達 | 3号車 | 予約
@readme
## 何のためのアプリか

変わりました。
""",
    )
    assert "同乗者" in part(expansion, "fields")["properties"]
    assert list(part(expansion, "views")["views"]) == ["進行中", "返却済", "自分の予約", "カレンダー"]
    second = part(expansion, "records")["records"][1]
    assert (second["同乗者"]["value"], second["到着メーター"]["value"]) == ("見本 太郎", "1100")
    assert len(part(expansion, "records")["records"]) == 3
    assert "変わりました。\n\n## 個人情報の扱い" in expansion.files["README.md"].decode()
    assert expansion.files["CHANGELOG.md"].decode().startswith("# 変更履歴\n\n## 1.1.0\n\n- 変わりました。\n\n## 1.0.0")


def test_a_renamed_field_is_renamed_everywhere(sources: Sources) -> None:
    expansion = later(sources, "@app vehicle-reservation\n@fields\nrename 到着メーター -> 帰着メーター\n", "2.0.0")
    text = json.dumps([part(expansion, name) for name in ("fields", "layout", "records")], ensure_ascii=False)
    assert "到着メーター" not in text
    formula = part(expansion, "fields")["properties"]["走行距離"]["expression"]
    assert formula == "IF(帰着メーター > 0, 帰着メーター - 出発メーター, 0)"


def test_renaming_leaves_longer_names_and_texts_alone(sources: Sources) -> None:
    expansion = later(sources, "@app vehicle-reservation\n@fields\nrename 車両 -> 公用車\n", "2.0.0")
    reports = part(expansion, "reports")["reports"]
    assert list(reports) == ["月別の件数", "車両別の距離"]
    assert reports["車両別の距離"]["groups"] == [{"code": "公用車"}]
    assert "同じ車両の予約" in part(expansion, "fields")["properties"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@app vehicle-reservation\n@fields\nadd after 無い項目:\n  同乗者: text\n", "no entry “無い項目”"),
        ("@app vehicle-reservation\n@fields\n同乗者: text\n", "write what changes"),
        ("@app vehicle-reservation\n@fields\nremove 用務:\n", "new lines stand indented"),
        ("@readme\n## 無い章\n\n文。\n", "no chapter"),
        ("@people\nremove contractors\n", "no entry “contractors”"),
    ],
)
def test_a_change_that_fits_nowhere_is_an_error(sources: Sources, text: str, words: str) -> None:
    with pytest.raises((SourceError, SourceFlawsError), match=words):
        later(sources, text)


def test_an_app_of_another_template_comes_with_what_it_needs(sources: Sources) -> None:
    (sources.folder / "desk").mkdir()
    text = SOURCE.replace("@people\nsection\nsection-chief\n", "").replace("vehicle-reservation", "desk")
    head = text[: text.index("@app")]
    readme = text[text.index("@readme") :]
    taken = f"{head}@app vehicle-reservation from vehicle-reservation 1.0.0\n{readme}"
    (sources.folder / "desk" / "1.0.0.txt").write_text(taken, "utf-8")
    expansion = sources.expand("desk", "1.0.0")
    assert (
        expansion.files[f"apps/{SLUG}/fields.json"] == sources.expand(SLUG, "1.0.0").files[f"apps/{SLUG}/fields.json"]
    )
    manifest = json.loads(expansion.files["template.json"])
    assert [place["key"] for place in manifest["placeholders"]] == ["section", "section-chief"]


@pytest.mark.parametrize("wanted", [*GLYPHS, *(f"document + {badge}" for badge in BADGES)])
def test_every_drawing_is_one_that_bundles_may_hold(wanted: str) -> None:
    drawing = draw_icon(wanted, "bosai", "名前", Line("x", 1, ""))
    assert not list(check_svg("images/icon.svg", drawing.encode()))


def test_every_category_has_a_colour() -> None:
    from marketplace.catalog.categories import CATEGORIES

    assert COLOURS.keys() == CATEGORIES.keys()
