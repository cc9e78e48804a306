"""Each rule that the catalog is held to really catches a template that breaks it, and names the file and the line."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog_tools.checking.likeness import likeness_flaws
from catalog_tools.checking.running import bundle_flaws, locate, locate_in_folder
from catalog_tools.expanding import CATALOG
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.model import Bundle, PartName
from marketplace.bundle.reading import read_folder
from tests.catalog.first_party import bundle_in, source_of

SLUG = "road-damage-report"
FOLDER = CATALOG / SLUG / "1.0.0"
BY_HAND = CATALOG / "handover-notes" / "1.0.0"
Break = Callable[[dict[str, Any]], object]


def broken(folder: Path, part: str, damage: Break) -> Bundle:
    """Return a template with one part of its main app damaged."""
    bundle = bundle_in(folder)
    app = bundle.app(bundle.manifest.slug)
    parts = copy.deepcopy(dict(app.parts))
    damage(parts[PartName(part)])
    return replace(bundle, apps=tuple(replace(app, parts=parts) if each is app else each for each in bundle.apps))


def with_text(name: str, old: str, new: str) -> Bundle:
    """Return the template with one of its texts written otherwise."""
    bundle = bundle_in(FOLDER)
    assert old in bundle.documents[name]
    return replace(bundle, documents={**bundle.documents, name: bundle.documents[name].replace(old, new)})


def without_layout_of(code: str) -> Break:
    """Take a field out of the layout."""

    def damage(part: dict[str, Any]) -> None:
        for row in part["layout"]:
            for inner in row.get("layout", [row]):
                inner["fields"] = [cell for cell in inner["fields"] if cell.get("code") != code]

    return damage


def line_in_source(start: str) -> int:
    """Return the number of the first line of the source that begins so."""
    source = source_of(FOLDER)
    assert source
    path = Path(__file__).parents[2] / "catalog_tools" / "sources" / SLUG / "1.0.0.txt"
    return next(number for number, text in enumerate(path.read_text("utf-8").split("\n"), 1) if text.startswith(start))


def without_a_way_to(state):
    """Return what takes the actions away that lead to a state."""

    def damage(part):
        part["actions"] = [action for action in part["actions"] if action["to"] != state]

    return damage


def closed_to(code: str, kind: str, holder: str) -> Break:
    """Return what lets somebody only read a field."""
    reading = {"accessibility": "READ", "entity": {"type": kind, "code": holder}, "includeSubs": False}
    rest = {"accessibility": "WRITE", "entity": {"type": "GROUP", "code": "everyone"}, "includeSubs": False}
    return lambda part: part["field"]["rights"].append({"code": code, "entities": [reading, rest]})


def computed(code: str, expression: str) -> Break:
    """Return what gives a field another formula."""
    return lambda part: part["properties"][code].update(expression=expression)


@pytest.mark.parametrize(
    ("part", "damage", "words", "start"),
    [
        (
            "fields",
            lambda part: part["properties"]["自治会コード"]["lookup"]["relatedApp"].update(app="no-such-app"),
            "no-such-app",
            "自治会コード",
        ),
        ("layout", without_layout_of("内容"), "内容", "@fields"),
        ("views", lambda part: next(iter(part["views"].values()))["fields"].append("無い項目"), "無い項目", "@views"),
        ("views", lambda part: next(iter(part["views"].values())).update(filterCond="無い >= 1"), "無い", "@views"),
        ("fields", lambda part: part["properties"]["所要日数"].update(expression="無い + 1"), "無い", "+ 所要日数"),
        (
            "fields",
            computed("期限の判定", 'IF(完了日 > 0, IF(完了日 > 対応期限, "遅れた", "間に合った"), "")'),
            "comes to 遅れた with an empty “対応期限”",
            "+ 期限の判定",
        ),
        (
            "fields",
            computed("期限の判定", 'DATE_FORMAT(完了日, "YYYY年", "Asia/Tokyo")'),
            "comes to 1970年 with a new record",
            "+ 期限の判定",
        ),
        ("permissions", closed_to("場所", "ORGANIZATION", "{{road-section}}"), "can't write it", "@permissions"),
        ("process", without_a_way_to("現場確認"), "進む方法がありません", "@process"),
        ("process", lambda part: part["actions"].append(part["actions"][0] | {"to": "無い"}), "無い", "@process"),
        ("records", lambda part: part["records"][0]["緊急度"].update(value="至急"), "至急", "@records"),
        ("records", lambda part: part["records"][0].update(無い={"value": "1"}), "無い", "@records"),
        ("records", lambda part: part["records"][0]["場所"].update(value="090-1234-5678"), "telephone", "@records"),
        ("records", lambda part: part["records"][0]["場所"].update(value="北海道札幌市"), "札幌市", "@records"),
        (
            "records",
            lambda part: [record.pop("$status", None) for record in part["records"]],
            "no sample stands in the state",
            "@records",
        ),
    ],
)
def test_what_a_broken_app_breaks_is_found_in_its_source(part: str, damage: Break, words: str, start: str) -> None:
    source = source_of(FOLDER)
    assert source
    found = [locate(flaw, source) for flaw in bundle_flaws(broken(FOLDER, part, damage))]
    place = f"{SLUG}/1.0.0.txt:{line_in_source(start)}: "
    assert any(place in told and words in told for told in found), found


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        ("permissions", closed_to("場所", "GROUP", "{{contractors}}")),
        ("permissions", closed_to("受付日時", "ORGANIZATION", "{{road-section}}")),
        ("permissions", closed_to("路線名", "ORGANIZATION", "{{road-section}}")),
        ("fields", computed("期限の判定", 'IF(AND(対応期限 > 0, 完了日 > 対応期限), "期限の後", "")')),
        ("fields", computed("期限の判定", 'IF(完了日 <> "", DATE_FORMAT(完了日, "YYYY年", "Asia/Tokyo"), "未完了")')),
    ],
)
def test_what_stops_nobody_and_shows_nothing_is_no_flaw(part: str, damage: Break) -> None:
    told = "\n".join(map(str, bundle_flaws(broken(FOLDER, part, damage))))
    assert "can't write it" not in told
    assert "comes to" not in told


@pytest.mark.parametrize(
    ("name", "old", "new", "words", "start"),
    [
        ("README.md", "## 運用のコツ", "## コツ", "運用のコツ", "@readme"),
        ("README.md", "を押します", "を押します。「無いボタン」を押します", "無いボタン", "@readme"),
        ("README.md", "## 運用のコツ", "## 運用のコツ\n\n電話 03-1234-5678", "telephone", "@readme"),
    ],
)
def test_what_is_wrong_with_a_text_is_found_in_its_section(
    name: str, old: str, new: str, words: str, start: str
) -> None:
    source = source_of(FOLDER)
    assert source
    found = [locate(flaw, source) for flaw in bundle_flaws(with_text(name, old, new))]
    place = f"{SLUG}/1.0.0.txt:{line_in_source(start)}: "
    assert any(place in told and words in told for told in found), found


def test_a_flaw_of_a_template_without_source_is_found_in_its_folder() -> None:
    code = next(iter(bundle_in(BY_HAND).app("handover-notes").fields))
    bundle = broken(BY_HAND, "fields", lambda part: part["properties"][code].update(code="別の名"))
    found = [locate_in_folder(flaw, BY_HAND) for flaw in bundle_flaws(bundle)]
    text = (BY_HAND / "apps/handover-notes/fields.json").read_text("utf-8").split("\n")
    line = next(number for number, each in enumerate(text, 1) if f'"code": "{code}"' in each)
    assert any(f"handover-notes/1.0.0/apps/handover-notes/fields.json:{line}: " in told for told in found), found


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [('"type": "DATETIME"', '"type": "DATUM"', "/properties/"), ('"label": ', '"label" ', "")],
)
def test_a_folder_against_the_schema_is_refused(tmp_path: Path, old: str, new: str, pointer: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "1.0.0")
    path = tmp_path / "1.0.0" / "apps" / SLUG / "fields.json"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(BundleRefusedError) as caught:
        read_folder(tmp_path / "1.0.0")
    finding = caught.value.findings[0]
    assert finding.file == f"apps/{SLUG}/fields.json"
    assert finding.pointer.startswith(pointer)


def test_a_second_template_for_the_same_purpose_is_found() -> None:
    bundle = bundle_in(FOLDER)
    again = replace(bundle, manifest=replace(bundle.manifest, slug="road-trouble"))
    found = "\n".join(map(str, likeness_flaws([bundle, again, bundle_in(BY_HAND)])))
    assert f"{SLUG} and road-trouble look alike" in found
    assert f"{SLUG} and road-trouble have the same icon" in found
    assert "handover-notes" not in found
