"""The editor of a draft: all texts with a preview, findings at their place, and nothing typed is ever lost."""

from __future__ import annotations

import io

import pytest

from tests.bundle.factories import make_files, make_manifest, pack
from tests.municipalities.factories import MIHON, fictitious_code
from tests.web.conftest import parse, words

README = "# 補助金申請管理\n\n使い方の説明です。\n"
CHIEF = {"key": "chief", "kind": "USER", "label": {"ja": "所属長"}}


def send_draft(browser, files=None, **manifest):
    """Upload a bundle and return the address of its draft."""
    bundle = pack(make_files(manifest=make_manifest("request", **manifest), files=files))
    answer = browser.post("/publish", data={"bundle": (io.BytesIO(bundle), "bundle.zip")})
    assert answer.status_code == 303
    return answer.headers["Location"]


def values_of(page):
    """Return what the form of a page would send."""
    form = page.find("form", enctype="multipart/form-data")
    sent = {each["name"]: each.get("value", "") for each in form.find_all("input")}
    sent |= {each["name"]: each.get_text().removeprefix("\n") for each in form.find_all("textarea")}
    for each in form.find_all("select"):
        sent[each["name"]] = (each.find("option", selected=True) or each.find("option"))["value"]
    return sent


def edit(browser, address, **changes):
    """Open the editor and return its form with some of it changed."""
    return {**values_of(browser.read(f"{address}/edit")), **changes}


def in_parts(data):
    """Return a form as browsers send it that may hold long texts."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in data.items()]
    return {"data": "".join([*parts, "--x--\r\n"]).encode(), "content_type": "multipart/form-data; boundary=x"}


@pytest.fixture
def author(sign_in):
    """Somebody who publishes for みほん市."""
    return sign_in("publisher")


def test_every_text_is_there_and_what_is_saved_is_shown(author):
    address = send_draft(author, placeholders=[CHIEF])
    data = edit(author, address)
    assert data["name-ja"] == "補助金申請管理"
    assert data["placeholders-0-label-ja"] == "所属長"
    changes = {
        "name-ja": "補助金の受付",
        "readme-en": "# Grants",
        "keywords": "補助金\r\n\r\n助成金\r\n",
        "personal_data-handles": "yes",
        "personal_data-kinds": "氏名",
        "personal_data-notice-ja": "閲覧を担当課に限ります。",
        "hours_saved-per_year": "120",
        "placeholders-0-hint-ja": "課長です。",
    }
    assert author.post(f"{address}/edit", data={**data, **changes}).headers["Location"] == address
    assert author.read(address).find("h1").get_text() == "下書き：補助金の受付 版 1.0.0"
    shown = edit(author, address)
    assert {name: shown[name] for name in changes} == {
        **changes,
        "keywords": "補助金\n助成金",
        "readme-en": "# Grants\n",
    }


def test_errors_stand_at_their_fields_and_everything_typed_stays(author):
    address = send_draft(author, placeholders=[CHIEF])
    typed = {
        "name-ja": "",
        "version": "1",
        "readme-ja": "書きかけの説明書",
        "personal_data-kinds": "氏名",
        "placeholders-0-label-ja": "あ" * 101,
    }
    page = author.send(f"{address}/edit", edit(author, address, **typed), 422)
    for name in ("name-ja", "version", "personal_data-handles", "placeholders-0-label-ja"):
        assert page.find(id=f"f-{name}")["aria-invalid"] == "true"
        assert page.find("a", href=f"#f-{name}")
    shown = values_of(page)
    assert {name: shown[name] for name in typed} == typed
    assert edit(author, address)["readme-ja"] == README


def test_characters_that_nobody_sees_are_left_out(author):
    address = send_draft(author)
    author.send(f"{address}/edit", edit(author, address, **{"readme-ja": "\x07鈴\x00"}))
    assert edit(author, address)["readme-ja"] == "鈴\n"


def test_a_long_text_is_saved(author):
    address = send_draft(author)
    data = edit(author, address, **{"readme-ja": "長い説明。" * 60_000})
    assert author.post(f"{address}/edit", **in_parts(data)).status_code == 303
    assert len(edit(author, address)["readme-ja"]) == 300_001


def test_a_text_that_is_too_long_is_refused_and_given_back(author):
    address = send_draft(author)
    data = edit(author, address, **{"name-en": "New", "changelog": "長" * 400_000})
    page = parse(author.post(f"{address}/edit", **in_parts(data)), 422)
    assert page.find(role="alert")
    assert values_of(page)["name-en"] == "New"


def test_the_preview_shows_what_is_typed_as_the_page_will_and_saves_nothing(author):
    address = send_draft(author)
    text = "# 表題\n\n## 目的\n\n![図](images/icon.svg) **太字** <script>alert(1)</script>"
    typed = edit(author, address, **{"readme-ja": text, "name-ja": "新しい名前", "name-en": "New name"})
    for headers in ({}, {"HX-Request": "true"}):
        answer = author.post(f"{address}/preview", data=typed, headers=headers)
        preview = vars(answer)["page"].find(id="preview")
        assert preview.find("h3").get_text() == "目的"
        assert preview.find("img", alt="図")["src"] == f"{address}/images/icon.svg"
        assert preview.find("strong").get_text() == "太字"
        assert preview.find("script") is None
        assert [each["lang"] for each in preview.select(".preview-page")] == ["ja", "en"]
        assert "新しい名前" in preview.get_text()
        assert (vars(answer)["page"].find("form") is None) == bool(headers)
        assert answer.headers["Cache-Control"] == "no-store"
    assert edit(author, address)["name-ja"] == "補助金申請管理"


def test_a_preview_of_half_a_form_is_shown_all_the_same(author):
    address = send_draft(author)
    answer = author.post(f"{address}/preview", data={"category": "x", "name-ja": ""}, headers={"HX-Request": "true"})
    assert answer.status_code == 200


def test_the_pictures_of_a_draft_are_shown_to_its_municipality_alone(author, sign_in):
    address = send_draft(author)
    answer = author.get(f"{address}/images/icon.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert author.get(f"{address}/images/other.svg").status_code == 404
    assert sign_in("publisher", fictitious_code()).get(f"{address}/images/icon.svg").status_code == 404


def test_the_later_of_two_keeps_what_they_typed_and_sees_what_was_saved(author, sign_in):
    address = send_draft(author)
    second = sign_in("publisher")
    early, late = edit(author, address), edit(second, address)
    author.send(f"{address}/edit", {**early, "name-ja": "先の名前", "summary-ja": "先の概要です。"})
    page = second.send(f"{address}/edit", {**late, "name-ja": "後の名前", "license": "MIT"}, 412)
    shown = values_of(page)
    assert (shown["name-ja"], shown["license"]) == ("後の名前", "MIT")
    assert shown["summary-ja"] == "先の概要です。"
    assert "ほかの人が保存した内容 先の名前" in words(page)
    second.send(f"{address}/edit", shown)
    final = edit(author, address)
    assert (final["name-ja"], final["summary-ja"], final["license"]) == ("後の名前", "先の概要です。", "MIT")


def test_somebody_very_late_sees_everything_that_differs(author):
    address = send_draft(author)
    page = author.send(f"{address}/edit", edit(author, address, revision="0" * 64, **{"name-ja": "私の名前"}), 412)
    assert values_of(page)["name-ja"] == "私の名前"
    assert "ほかの人が保存した内容 補助金申請管理" in words(page)


def test_the_number_is_proposed_with_its_reason_and_a_small_one_is_found_at_the_field(author, world):
    world.release(publisher=MIHON)
    address = send_draft(author, license="MIT", files={"CHANGELOG.md": "## 1.1.0\n"})
    page = author.read(f"{address}/edit")
    assert values_of(page)["version"] == "1.1.0"
    assert "「ライセンスを変更」という変更があるので、2つ目の番号が上がります。" in words(page)
    author.send(f"{address}/edit", edit(author, address, version="1.0.1"))
    assert author.read(address).find("form", action=f"{address}/release") is None
    page = author.read(f"{address}/edit")
    assert "版の番号 1.0.1 は、変更の内容に対して小さすぎます。" in words(page)
    assert values_of(page)["version"] == "1.1.0"


def test_findings_lead_to_their_place(author):
    address = send_draft(
        author, summary={"ja": "電話は0166-26-1111です。"}, files={"README.md": "![図](images/no.png)"}
    )
    page = author.read(address)
    for control in ("summary-ja", "readme-ja"):
        assert page.find("a", href=f"{address}/edit#f-{control}")
    edited = author.read(f"{address}/edit")
    remarks = [each.get_text(" ", strip=True) for each in edited.select(".remark")]
    assert [each for each in remarks if "電話番号と思われる" in each]
    assert [each for each in remarks if "images/no.png" in each]
    assert "0166-26-1111" not in " ".join(remarks)


def test_a_draft_that_is_closed_can_not_be_edited(author):
    address = send_draft(author)
    data = edit(author, address)
    author.send(f"{address}/discard")
    assert author.read(address).find("a", href=f"{address}/edit") is None
    assert author.get(f"{address}/edit").status_code == 409
    assert author.post(f"{address}/edit", data=data).status_code == 409


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("installer", 403), (None, 401)])
def test_only_those_who_publish_may_edit(author, sign_in, browser, role, status):
    address = send_draft(author)
    data = edit(author, address)
    visitor = sign_in(role) if role else browser
    for path in ("edit", "images/icon.svg"):
        assert visitor.get(f"{address}/{path}").status_code == status
    for path in ("edit", "preview"):
        assert visitor.post(f"{address}/{path}", data=data).status_code == status


def test_another_municipality_can_not_edit(author, sign_in):
    address = send_draft(author)
    data = edit(author, address)
    stranger = sign_in("publisher", fictitious_code())
    assert stranger.get(f"{address}/edit").status_code == 404
    assert stranger.post(f"{address}/edit", data=data).status_code == 404
    assert stranger.post(f"{address}/preview", data=data).status_code == 404
