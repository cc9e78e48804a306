"""Sets of templates: what the sources of sets make, and that what can't be joined is an error with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog_tools.expanding import Expansion, Sources, write
from catalog_tools.source.errors import SourceError, SourceFlawsError
from marketplace.bundle.model import JsonObject

HEAD = """@version {version}

@template
name: {slug}
name-en: {slug}
summary: 要約です。
summary-en: Summary.
category: bosai
departments: 全課
keywords: 言葉, ことば
{laws}icon: {icon}
{personal}personal-notice: 説明。
personal-notice-en: Notice.

@people
{people}
"""
APP = """
@app {slug}
name: {slug}
description: アプリ。
title: 番号

@fields
# 受付: 入れます。
## 受付
番号*: text unique max=20
地区: drop(北/南※)
{field}
@views
一覧: 番号

@permissions
section: work
everyone: read

@records
cols: 番号 | 地区
見本-001 | 北
見本-002 | 南
"""
README = """
@readme
## 何のためのアプリか

使います。

@readme-en
Use it.
"""
SECTION = "section org: {name} / Section\n  {name}を選びます。\n  Choose."
LINKS = """
@links first
二番の記録: rel(second.地区 = 地区) show 番号
二番を登録: second with 番号 < 番号
sample 見本-002: 地区 = 北
"""


def member(folder: Path, slug: str, field: str = "", *, people: str = "section", personal: str = "none") -> None:
    """Write the source of a template with one app of its own name."""
    said = {"laws": f"laws: {slug}の法\n", "personal": f"personal: {personal}\n", "icon": "car"}
    text = HEAD.format(slug=slug, version="1.0.0", people=people, **said)
    (folder / slug).mkdir(parents=True)
    (folder / slug / "1.0.0.txt").write_text(text + APP.format(slug=slug, field=field) + README, "utf-8")


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """Two templates with a source, of which the first has links to the second and to one that is not there."""
    member(
        tmp_path / "sources",
        "first",
        "つながり: rel(second.番号 = 番号) show 番号\n外: rel(third.番号 = 番号) show 番号",
    )
    member(tmp_path / "sources", "second", personal="氏名, 住所")
    return Sources(tmp_path / "sources", tmp_path / "catalog")


def joined(sources: Sources, body: str, *, people: str = "", personal: str = "") -> Expansion:
    """Expand a set made of these lines."""
    text = HEAD.format(slug="the-set", version="1.0.0", people=people, laws="", personal=personal, icon="bus")
    (sources.folder / "the-set").mkdir(exist_ok=True)
    (sources.folder / "the-set" / "1.0.0.txt").write_text(text + body + README, "utf-8")
    return sources.expand("the-set", "1.0.0")


NOBODY = "personal: none\n"
BOTH = "@member first 1.0.0\n@member second 1.0.0\n"


def part(expansion: Expansion, path: str) -> JsonObject:
    found: JsonObject = json.loads(expansion.files[path])
    return found


def test_a_set_names_its_members_and_declares_what_they_declare(sources: Sources) -> None:
    manifest = part(joined(sources, BOTH), "template.json")
    assert manifest["includes"] == [
        {"template": "first", "version": "1.0.0", "apps": ["first"]},
        {"template": "second", "version": "1.0.0", "apps": ["second"]},
    ]
    assert manifest["laws"] == ["firstの法", "secondの法"]
    assert manifest["personal_data"]["kinds"] == ["氏名", "住所"]
    assert [place["key"] for place in manifest["placeholders"]] == ["section"]
    assert [each["app"] for each in manifest["localise"]] == ["first", "second"]


def test_links_that_a_member_left_out_come_alive_and_others_stay_out(sources: Sources) -> None:
    alone = part(sources.expand("first", "1.0.0"), "apps/first/fields.json")["properties"]
    together = part(joined(sources, BOTH), "apps/first/fields.json")["properties"]
    assert {"つながり", "外"} & alone.keys() == set()
    assert {"つながり", "外"} & together.keys() == {"つながり"}


def test_a_set_adds_links_and_fits_samples_together(sources: Sources) -> None:
    expansion = joined(sources, BOTH + LINKS)
    assert "二番の記録" in part(expansion, "apps/first/fields.json")["properties"]
    assert part(expansion, "apps/first/layout.json")["layout"][-1]["fields"][0]["code"] == "二番の記録"
    assert list(part(expansion, "apps/first/actions.json")["actions"]) == ["二番を登録"]
    assert part(expansion, "apps/first/records.json")["records"][1]["地区"] == {"value": "北"}
    assert part(sources.expand("first", "1.0.0"), "apps/first/records.json")["records"][1]["地区"] == {"value": "南"}


def test_a_member_without_a_source_is_read_from_its_folder(sources: Sources) -> None:
    for name in ("first", "second"):
        write(sources.expand(name, "1.0.0"), sources.catalog)
    note = sources.catalog / "second" / "1.0.0" / "apps" / "second" / "files" / "様式.txt"
    note.parent.mkdir()
    note.write_text("様式", "utf-8")
    (sources.folder / "second" / "1.0.0.txt").unlink()
    (sources.folder / "second").rmdir()
    before = part(sources.expand("first", "1.0.0"), "template.json")
    expansion = joined(sources, BOTH)
    assert "includes" not in before
    assert part(expansion, "apps/second/fields.json")["properties"].keys() >= {"番号", "地区"}
    assert expansion.files["apps/second/files/様式.txt"] == "様式".encode()
    assert [each["app"] for each in part(expansion, "template.json")["localise"]] == ["first", "second"]


def test_an_app_that_two_members_hold_comes_from_the_one_of_its_name(sources: Sources) -> None:
    path = sources.folder / "first" / "1.0.0.txt"
    path.write_text(path.read_text("utf-8").replace("@readme\n", "@app second from second 1.0.0\n@readme\n"), "utf-8")
    manifest = part(joined(sources, BOTH), "template.json")
    assert [each["apps"] for each in manifest["includes"]] == [["first"], ["second"]]
    only = part(
        joined(Sources(sources.folder, sources.catalog), "@member first 1.0.0\n", personal=NOBODY), "template.json"
    )
    assert [each["apps"] for each in only["includes"]] == [["first", "second"]]


def test_the_set_decides_where_members_call_a_placeholder_by_different_names(sources: Sources) -> None:
    member(sources.folder, "other", people=SECTION.format(name="避難所の担当課"))
    body = "@member first 1.0.0\n@member other 1.0.0\n"
    with pytest.raises(
        SourceError, match=r"“担当課” .* in first 1\.0\.0, and ORGANIZATION “避難所の担当課” .* in other"
    ):
        joined(sources, body, personal=NOBODY)
    decided = joined(
        Sources(sources.folder, sources.catalog), body, people=SECTION.format(name="防災の担当課"), personal=NOBODY
    )
    assert part(decided, "template.json")["placeholders"][0]["label"]["ja"] == "防災の担当課"


def test_placeholders_of_two_kinds_can_not_be_joined(sources: Sources) -> None:
    member(sources.folder, "other", people=SECTION.format(name="担当課").replace(" org:", " group:"))
    body = "@member first 1.0.0\n@member other 1.0.0\n"
    with pytest.raises(SourceError, match=r"ORGANIZATION .* GROUP"):
        joined(sources, body, people=SECTION.format(name="担当課"), personal=NOBODY)


@pytest.mark.parametrize(
    ("body", "personal", "words"),
    [
        ("@member fourth 1.0.0\n", "", "neither a source"),
        ("@member first 9.9.9\n", "", "neither a source"),
        ("@member first\n", "", "write “@member slug 1.0.0”"),
        (BOTH, NOBODY, "its members hold 氏名, 住所"),
        (BOTH + "@app third from first 1.0.0\n", "", "first has the apps first"),
        (BOTH + LINKS.replace("@links first", "@links third"), "", "write “@links app”"),
        (BOTH + LINKS.replace("二番の記録", "番号"), "", "a field “番号” already"),
        (BOTH + LINKS.replace("見本-002", "見本-009"), "", "write “sample"),
        (BOTH + LINKS.replace("地区 = 北", "町 = 北"), "", "write “sample"),
        (BOTH + LINKS.replace("二番を登録: second with", "二番を登録: second"), "", "write “ボタンの名前"),
    ],
)
def test_what_can_not_be_joined_is_named(sources: Sources, body: str, personal: str, words: str) -> None:
    with pytest.raises((SourceError, SourceFlawsError), match=words):
        joined(sources, body, personal=personal)


def test_a_later_version_of_a_set_takes_newer_members(sources: Sources) -> None:
    joined(sources, BOTH)
    (sources.folder / "second" / "1.1.0.txt").write_text(
        "@version 1.1.0 from 1.0.0\n@changelog\n- 加えました。\n@app second\n@fields\nadd after 地区:\n  摘要: text\n",
        "utf-8",
    )
    (sources.folder / "the-set" / "1.1.0.txt").write_text(
        "@version 1.1.0 from 1.0.0\n@changelog\n- 二番を新しくしました。\n@member second 1.1.0\n", "utf-8"
    )
    expansion = sources.expand("the-set", "1.1.0")
    assert [each["version"] for each in part(expansion, "template.json")["includes"]] == ["1.0.0", "1.1.0"]
    assert "摘要" in part(expansion, "apps/second/fields.json")["properties"]
