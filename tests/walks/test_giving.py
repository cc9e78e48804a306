"""Publish: a bundle that is sent in, and apps of a workspace."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from marketplace.municipalities.roles import Role
from tests.walks.furnished import held_bundle
from tests.walks.walker import SLOW


@pytest.mark.main
def test_a_bundle_is_sent_in_looked_through_by_a_second_person_and_released(walker, walkers, place):
    slug = f"walked-{walker.view}"
    walker.sign_in(place.person(Role.PUBLISHER), "/publish")
    walker.press("送って点検する", "Send and check", status=422)
    walker.look("publish-refused")
    zipped = {"name": "bundle.zip", "mimeType": "application/zip", "buffer": held_bundle(slug)}
    walker.field("バンドル", "Bundle").set_input_files(zipped)
    walker.press("送って点検する", "Send and check")
    walker.sees("ほかの人の確認待ち", "Waits for an answer")
    walker.look("draft-held")
    address = walker.page.url.removeprefix(place.address)
    second = walkers()
    second.sign_in(place.person(Role.PUBLISHER), address)
    second.look("draft-to-answer")
    with second.page.expect_navigation():
        second.page.locator("button[name=answer]").first.click()
    second.sees("確認済み", "Answered")
    second.look("draft-answered")
    walker.goto(address)
    walker.press("公開する", "Release")
    expect(walker.page).to_have_url(re.compile(slug))
    walker.look("released")
    walker.goto("/drafts")
    walker.look("drafts")
    walker.goto(f"/templates/992011/{slug}/versions/1.0.0/withdrawal")
    walker.fill("理由", "Reason", "見本だったため。")
    walker.look("withdrawal")
    walker.press("公開を停止する", "Withdraw")
    walker.sees("公開を停止しています", "has been withdrawn")


def test_apps_of_a_workspace_become_a_draft(walker, place):
    place.installed()
    walker.sign_in(place.person(), f"/workspaces/{place.workspace()}")
    walker.follow("アプリをテンプレートにする", "Make a template of apps")
    walker.main.get_by_label(re.compile("補助金・助成金申請管理")).first.check()
    walker.look("export-choose")
    walker.press("選んだアプリを調べる", "Look at the chosen apps")
    walker.sees("アプリを調べました。", "The apps were looked at.", timeout=SLOW)
    walker.look("export-survey", grows=True)
    walker.follow("テンプレートの説明に進む", "Go on to the texts")
    walker.look("export-texts")
    for name, text in {
        "slug": f"exported-{walker.view}",
        "name": "補助金の受付",
        "summary": "補助金の申請を受け付けます。",
    }.items():
        walker.page.locator(f"#f-{name}").fill(text)
    walker.field("分野", "Category").select_option("sangyo")
    walker.press("下書きを作る", "Make the draft")
    walker.sees("下書きができました", "The draft is ready", timeout=SLOW)
    walker.look("export-report", grows=True)
    walker.follow("下書きを開く", "Open the draft")
    walker.look("export-draft")
    walker.goto(f"/workspaces/{place.workspace()}/exports")
    walker.look("exports")


def test_who_may_not_publish_is_told_why(walker, place):
    walker.sign_in(place.person(Role.READER), "/account")
    walker.goto("/publish", 403)
    walker.look("forbidden")
