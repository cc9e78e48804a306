"""Try a template out, install it with one's own people, keep the receipt, and tell others."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.walks.place import KASUMI, TEMPLATE
from tests.walks.walker import SLOW


def test_a_visitor_tries_without_an_account(walker):
    walker.goto(TEMPLATE)
    walker.press("試してみる", "Try it out")
    walker.look("tryout", grows=True)
    walker.sees("アプリの用意ができました。", "The apps are ready.", timeout=SLOW)
    walker.look("tryout-ready", grows=True)
    walker.follow("「補助金・助成金申請管理」のレコードを開く", "Open the records of “補助金・助成金申請管理”")
    about = walker.words("お試しについて", "About this try-out")
    expect(walker.page.get_by_role("complementary", name=about)).to_be_visible()
    walker.look("tryout-records")


@pytest.mark.main
def test_an_officer_installs_by_plan_and_keeps_the_receipt(walker, place):
    walker.goto(TEMPLATE)
    walker.expect_status(401)
    walker.follow("導入する", "Install")
    walker.look("sign-in")
    walker.sign_in(place.person(), f"{TEMPLATE}/install")
    walker.look("install")
    walker.main.get_by_role("combobox").first.select_option(place.workspace())
    walker.page.locator("#f-placeholder-section-chief").select_option(index=1)
    walker.press("計画を確かめる", "See the plan")
    expect(walker.page.locator("#plan")).to_be_visible()
    walker.look("plan")
    walker.press("導入を始める", "Start the installation")
    expect(walker.page).to_have_url(re.compile(r"/imports/[a-z2-7]{16}"))
    walker.look("progress", grows=True)
    walker.sees("導入が終わりました。", "The installation is complete.", timeout=SLOW)
    walker.look("installed", grows=True)
    walker.follow("導入記録票を開く", "Open the receipt")
    walker.look("receipt")


def test_an_officer_checks_later_what_differs_from_the_template(walker, place):
    installed = place.installed()
    walker.sign_in(place.person(), f"/installations/{installed['installation_id']}/check")
    walker.press("今の設定を照合する", "Check the present settings")
    walker.sees("照合した日時", "Checked: ", timeout=SLOW)
    walker.look("check", grows=True)
    walker.goto(f"/workspaces/{place.workspace()}")
    walker.look("workspace")


def test_a_municipality_rates_what_it_uses_and_others_are_told_to_install_first(walker, walkers, place):
    place.installed()
    walker.sign_in(place.person(), TEMPLATE)
    walker.press("評価を送る", "Send the review", status=422)
    walker.look("review-refused")
    walker.field("4：役に立つ", "4: useful").check()
    walker.fill("感想", "Your experience", f"一日で受付を始められました（{walker.view}）。")
    walker.press("評価を送る", "Send the review")
    expect(walker.page.locator("article.review", has_text="みほん市").first).to_contain_text(str(walker.view))
    other = walkers()
    other.sign_in(place.person(code=KASUMI), TEMPLATE)
    other.sees("このテンプレートを導入すると", "once it has installed this template")


def test_a_story_is_told_read_rewritten_and_deleted(walker, place):
    walker.sign_in(place.person(), f"{TEMPLATE}/stories/new")
    walker.fill("題名", "Title", f"受付から交付までが一つの表になった {walker.view}")
    walker.press("公開する", "Publish", status=422)
    walker.look("story-refused")
    walker.fill("困りごと", "The problem", "申請書を見て、表計算に打ち直していました。")
    walker.fill("工夫", "What was done", "受付の項目を、様式の順に並べ替えました。")
    walker.fill("効果", "What came of it", "打ち直しがなくなりました。")
    walker.press("公開する", "Publish")
    walker.headed("受付から交付までが一つの表になった", "受付から交付までが一つの表になった")
    walker.look("story")
    walker.follow("書き直す", "Rewrite")
    walker.fill("効果", "What came of it", "打ち直しと転記の誤りがなくなりました。")
    walker.press("書き直した内容を公開する", "Publish the new text")
    walker.sees("転記の誤りがなくなりました。", "転記の誤りがなくなりました。")
    walker.goto("/stories")
    walker.look("stories")
    walker.page.get_by_role("link", name=str(walker.view)).first.click()
    walker.follow("削除する", "Delete")
    walker.look("story-delete")
    walker.press("削除する", "Delete")
    walker.goto("/stories")
    expect(walker.page.get_by_role("link", name=str(walker.view))).to_have_count(0)


def test_a_wanted_app_is_written_wanted_by_others_answered_and_fulfilled(walker, walkers, place):
    walker.goto("/wanted")
    walker.look("wanted")
    walker.sign_in(place.person(), "/wanted/new")
    walker.look("wanted-new")
    walker.fill("こんなアプリが欲しい", "The app you want", f"消火栓の点検と修理の記録 {walker.view}")
    walker.fill("どんなことができればよいか", "What it should do", "地図と写真を付けて、点検の日ごとに残したい。")
    walker.field("分野", "Category").select_option("bosai")
    walker.press("書く", "Write it")
    again = walker.button("それでも書く", "Write it anyway")
    if again.count():
        walker.look("wanted-similar")
        walker.press("それでも書く", "Write it anyway")
    walker.headed("消火栓の点検", "消火栓の点検")
    address = walker.page.url.partition("?")[0]
    other = walkers()
    other.sign_in(place.person(code=KASUMI), address.removeprefix(place.address))
    other.press("うちも欲しい", "We want it too")
    other.fill("テンプレート", "Template", TEMPLATE)
    other.fill("ひとこと", "One sentence", "写真を付けて残せます。")
    other.press("回答する", "Answer")
    other.look("wanted-answered")
    walker.goto(address)
    walker.press("これで解決", "This fulfils it")
    walker.sees("解決しました", "fulfilled it")
    walker.look("wanted-fulfilled")
