"""What the scan of an upload finds, where, and what it shows of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.bundle.model import Bundle
from marketplace.publishing.scan import scanning
from marketplace.publishing.scan.held import Held
from marketplace.publishing.scan.scanning import scan
from marketplace.publishing.scan.texts import suspects_of
from tests.bundle.factories import make_app, make_bundle, make_field, make_manifest
from tests.catalog.first_party import bundle_in as bundle_of_catalog
from tests.catalog.first_party import folder_id, version_folders

MY_NUMBER, CORPORATE = "123456789018", "7000012050002"
PHONE = "0166-26-1111"
PIECES = (
    *(PHONE, "090", "-1234-", "5678", "０９０ー１２３４ー５６７８", "(0166)", "26 1111", MY_NUMBER, "1234 5678 9018"),
    *(
        "〒",
        "070-0036",
        "旭川市",
        "北海道旭川市7条通9-1",
        "丁目",
        "口座番号",
        "普通",
        "1234568",
        "taro",
        "@",
        "mihon-shi.dev",
    ),
    *(" ", "\n", "\r", "\v", "\x1f", "\x85", "\u2028", "\u3000", "ー", "－", "7", "あ゙", "ｶﾞ"),
)
"""Of what suspects are made, and of what may stand between."""
FOLDERS = [
    pytest.param(folder, marks=[] if folder.parent.name.startswith("d") else pytest.mark.slow, id=folder_id(folder))
    for folder in version_folders()
]


def bundle_with(*fields: dict[str, Any], record: dict[str, str] | None = None, **more: Any) -> Bundle:
    """Make a bundle of one app that may have one sample record and files."""
    files, manifest = more.pop("files", None), make_manifest("request", **more.pop("manifest", {}))
    if record is not None:
        more["records"] = {"records": [{code: {"value": value} for code, value in record.items()}]}
    texts = [make_field("SINGLE_LINE_TEXT", code) for code in (record or {"件名": ""})]
    return make_bundle({"request": make_app("申請", *(fields or texts), **more)}, manifest=manifest, files=files)


def found(bundle: Bundle) -> list[tuple[str, str]]:
    return [(one.kind.value, one.place.ja) for one in scan(bundle).held]


def only(bundle: Bundle) -> Held:
    [one] = scan(bundle).held
    return one


@pytest.mark.parametrize(
    ("bundle", "place"),
    [
        (lambda: bundle_with(record={"連絡先": PHONE}), "アプリ「申請」のサンプルレコード 1件目、「連絡先」"),
        (
            lambda: bundle_with(make_field("SINGLE_LINE_TEXT", "窓口", defaultValue=PHONE)),
            "アプリ「申請」のフィールド「窓口」の初期値",
        ),
        (
            lambda: bundle_with(
                make_field("RADIO_BUTTON", "窓口", options={"a": {"label": f"本庁 {PHONE}", "index": "0"}})
            ),
            "アプリ「申請」のフィールド「窓口」の選択肢",
        ),
        (
            lambda: bundle_with(admin_notes={"content": PHONE, "includeInTemplateAndDuplicates": False}),
            "アプリ「申請」の管理者用メモ",
        ),
        (lambda: bundle_with(files={"README.md": f"# x\n\n{PHONE}\n"}), "README.md の3行目"),
        (
            lambda: bundle_with(manifest={"summary": {"ja": f"申請です。{PHONE}", "en": "x"}}),
            "テンプレートの情報（概要）",
        ),
        (
            lambda: bundle_with(files={"apps/request/files/a.csv": f"電話\n{PHONE}\n".encode("cp932")}),
            "アプリ「申請」のファイル「a.csv」の2行目",
        ),
        (
            lambda: bundle_with(files={"apps/request/files/a.js": f"// {PHONE}\n"}),
            "アプリ「申請」のファイル「a.js」の1行目",
        ),
        (
            lambda: bundle_with(files={f"apps/request/files/{PHONE}.txt": "x"}),
            "アプリ「申請」のファイル「01**-**-****.txt」の名前",
        ),
    ],
)
def test_each_place_is_looked_at_and_told_in_words_without_the_value(bundle: Any, place: str) -> None:
    one = only(bundle())
    assert (one.kind.value, one.place.ja, one.masked) == ("phone", place, "01**-**-****")
    assert PHONE not in json.dumps(one.as_document(), ensure_ascii=False)


@pytest.mark.parametrize(
    ("record", "kind", "masked"),
    [
        ({"番号": MY_NUMBER}, "individual-number", "****-****-****"),
        ({"連絡先": "０９０ー１２３４ー５６７８"}, "phone", "09*-****-****"),
        ({"連絡先": "yamada@notexample.jp"}, "mail", "y***@notexample.jp"),
        ({"場所": "北海道旭川市6条通9丁目46"}, "address", "北海道***********"),
        ({"郵便番号": "0708525", "住所": "旭川市6条通"}, "address", "070****"),
        ({"送り先": "〒070-8525"}, "address", "070-****"),
        ({"口座番号": "1357924"}, "account", "13*****"),
        ({"氏名": "山田 太郎", "生年月日": "1980-04-01"}, "birthday", "山* ** ****-**-**"),
    ],
)
def test_what_looks_real_is_found_and_masked(record: dict[str, str], kind: str, masked: str) -> None:
    one = only(bundle_with(record=record))
    assert (one.kind.value, one.masked) == (kind, masked)
    assert one.needs_answer is (kind != "individual-number")
    document = json.dumps(one.as_document(), ensure_ascii=False)
    assert not any(value in document for value in record.values())


@pytest.mark.parametrize(
    "record",
    [
        {"番号": "123456789019"},
        {"番号": CORPORATE},
        {"番号": "7 0000 1205 0002"},
        {"連絡先": "090-0000-0000"},
        {"連絡先": "taro@mihon.example.jp"},
        {"連絡先": "npm install library@3.7.1"},
        {"郵便番号": "000-0000", "住所": "みほん市見本町1丁目0-0"},
        {"郵便番号": "070-8525", "備考": "住所は空です"},
        {"口座番号": "0000000"},
        {"氏名": "見本 太郎", "生年月日": "1980-04-01"},
        {"氏名": "山田 太郎", "生年月日": "{{today-81y}}"},
        {"氏名": "山田 太郎", "受付日": "2026-04-01"},
        {"犬の名前": "ハナ", "生年月日": "2020-04-01"},
    ],
)
def test_examples_and_public_numbers_are_not_reported(record: dict[str, str]) -> None:
    assert found(bundle_with(record=record)) == []


def test_scripts_tell_what_they_reach() -> None:
    script = (
        "fetch('https://collect.notexample.jp/x');\n"
        "fetch(target + '/x');\n"
        "kintone.api(kintone.api.url('/k/v1/records', true), 'GET', {});\n"
        "const a = 'http://www.w3.org/2000/svg';\nnew Function(text);\n"
    )
    customize = {"scope": "ALL", "desktop": {"js": [{"type": "URL", "url": "https://js.cybozu.com/jquery.js"}]}}
    held = scan(bundle_with(customize=customize, files={"apps/request/files/a.js": script})).held
    assert [(one.kind.value, one.masked) for one in held] == [
        ("script-host", "js.cybozu.com"),
        ("script-host", "collect.notexample.jp"),
        ("script-call", "fetch"),
        ("script-call", "Function"),
    ]


def test_the_same_finding_has_the_same_name_and_another_value_another() -> None:
    first, again, other = (
        only(bundle_with(record={"連絡先": phone})).id for phone in (PHONE, "０１６６（２６）１１１１", "0166-26-1112")
    )
    assert first == again != other


def test_findings_that_are_cut_off_refuse_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "MAX_HELD", 2)
    lines = "\n".join(f"0166-26-11{number}" for number in range(11, 15))
    result = scan(bundle_with(files={"README.md": f"{lines}\n{MY_NUMBER}\n"}))
    assert len(result.held) == 2
    assert [error.code for error in result.errors] == [scanning.TOO_MANY]


@pytest.mark.parametrize("folder", FOLDERS)
def test_first_party_templates_give_no_findings(folder: Path) -> None:
    assert found(bundle_of_catalog(folder)) == []


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), max_size=6))
def test_what_one_text_holds_is_seen_when_all_are_looked_through_at_once(texts: list[str]) -> None:
    if any(found for text in texts for found in suspects_of(text)):
        assert scanning.are_suspicious(texts)
