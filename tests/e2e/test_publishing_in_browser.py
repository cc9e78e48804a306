"""An author mends a draft in Chromium: findings at their place, texts with a preview, pictures, release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bundle.factories import make_files, make_manifest, pack
from tests.e2e.browser import open_browser, sign_in, take_picture
from tests.e2e.test_accessibility import problems
from tests.picture_files import GPS, make_photograph, make_png

PHOTOGRAPH = {"images/photo.jpg": make_photograph((GPS, 1)), "README.md": "# 表題\n\n![図](images/photo.jpg)\n"}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_an_author_mends_and_releases_a_draft(service, tmp_path: Path, size: str):
    summary = {"ja": "問い合わせは0166-26-1111へ。", "en": "Call us."}
    manifest = make_manifest("request", slug=f"mended-on-{size}", summary=summary)
    bundle, picture = tmp_path / "bundle.zip", tmp_path / "list.png"
    bundle.write_bytes(pack(make_files(manifest=manifest, files=PHOTOGRAPH)))
    picture.write_bytes(make_png())
    with open_browser(size, f"http://localhost:{service.port}") as (page, faults):
        sign_in(page, service.demo["people"][0])
        page.goto("/publish")
        page.get_by_label("バンドル").set_input_files(bundle)
        page.get_by_role("button", name="送って点検する").click()
        take_picture(page, f"draft-{size}")
        broken = {"draft": problems(page)}
        page.get_by_role("link", name=re.compile("ここで直す.*電話番号")).click()
        expect(page.locator("#f-summary-ja")).to_be_in_viewport()
        write(page)
        take_picture(page, f"draft-editor-{size}")
        broken["editor"] = problems(page)
        page.get_by_role("button", name="保存して点検する").click()
        page.get_by_role("link", name="画像を編集する").click()
        page.get_by_role("button", name="すべての画像から取り除く").click()
        add(page, picture)
        take_picture(page, f"draft-pictures-{size}")
        broken["pictures"] = problems(page)
        page.get_by_role("link", name="下書きに戻る").click()
        page.get_by_role("main").get_by_role("button", name="公開する").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("備品の貸出し")
        expect(page.get_by_role("img", name="申請の一覧", exact=True)).to_be_visible()
        take_picture(page, f"draft-released-{size}")
    assert {place: rules for place, rules in broken.items() if rules} == {}
    assert faults == []


def write(page: Page) -> None:
    page.locator("#f-summary-ja").fill("備品の貸出しを受け付けます。")
    page.locator("#f-name-ja").fill("備品の貸出し")
    page.locator("#f-readme-ja").fill("# 表題\n\n## 使い方\n\n![図](images/photo.jpg) **申請**します。")
    preview = page.get_by_role("region", name="プレビュー")
    expect(preview.get_by_role("heading", name="使い方").first).to_be_attached()
    expect(preview).to_contain_text("備品の貸出しを受け付けます。")
    expect(page.locator("#f-readme-ja")).to_be_focused()


def add(page: Page, picture: Path) -> None:
    page.get_by_label("画像のファイル").set_input_files(picture)
    page.locator("#f-alt-ja").fill("申請の一覧")
    page.locator("#f-alt-en").fill("List of requests")
    page.get_by_role("button", name="加える", exact=True).click()
    expect(page.get_by_role("img", name="申請の一覧", exact=True)).to_be_visible()
