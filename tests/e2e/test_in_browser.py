"""The whole job in Chromium, on a desktop and on a phone: find, look, install, use, rate, publish, compare."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import problems
from tests.e2e.browser import open_browser, take_picture
from tests.e2e.bundles import with_memo_field

TEMPLATE = "/templates/yokoten/subsidy-grant-management"
SLOW = 60_000


@pytest.fixture(scope="module")
def service(shared):
    """The service that modules share."""
    return shared


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_an_officer_finds_installs_rates_and_publishes(service, tmp_path, size):
    with open_browser(size, f"http://localhost:{service.port}") as (page, faults):
        find_and_open(page, size)
        sign_in(page, service.demo["people"][0])
        install(page, size)
        rate(page)
        publish(page, service, tmp_path, "1.0.0" if size == "desktop" else "2.0.0")
        compare_with_changed(page, service, tmp_path, "1.1.0" if size == "desktop" else "2.1.0", size)
        sign_out(page)
    refused_sign_in = "Failed to load resource: the server responded with a status of 401 (UNAUTHORIZED)"
    assert faults == [refused_sign_in]


def find_and_open(page: Page, size: str) -> None:
    page.goto("/")
    take_picture(page, f"start-{size}")
    page.get_by_role("combobox").first.fill("補助金")
    page.get_by_role("combobox").first.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("件")
    take_picture(page, f"list-{size}")
    page.get_by_role("link", name="補助金・助成金 申請管理").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("補助金・助成金 申請管理")
    take_picture(page, f"template-{size}")


def sign_in(page: Page, person: dict[str, str]) -> None:
    page.goto(f"/sign-in?next={TEMPLATE}")
    page.get_by_label("メールアドレス").fill(person["email"])
    page.get_by_label("パスワード").fill("まちがったパスワード")
    page.get_by_role("main").get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label("パスワード").fill(person["password"])
    page.get_by_role("main").get_by_role("button", name="ログイン").click()
    expect(page).to_have_url(re.compile(TEMPLATE))


def install(page: Page, size: str) -> None:
    page.get_by_role("link", name="導入する").first.click()
    page.get_by_role("button", name="計画を確かめる").click()
    expect(page.get_by_role("heading", name=re.compile("計画"))).to_be_visible()
    take_picture(page, f"plan-{size}")
    page.get_by_role("button", name="導入を始める").click()
    expect(page).to_have_url(re.compile(r"/imports/[a-z2-7]{16}"))
    take_picture(page, f"progress-{size}")
    expect(page.get_by_text("導入が終わりました。")).to_be_visible(timeout=SLOW)
    take_picture(page, f"installed-{size}")
    page.get_by_role("link", name="「補助金・助成金申請管理」のレコードを開く").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("補助金・助成金申請管理")
    expect(page.get_by_text("見本-001")).to_be_visible()
    take_picture(page, f"records-{size}")
    page.get_by_role("link", name="見本-001").click()
    expect(page.get_by_text("創業支援補助金").first).to_be_visible()
    take_picture(page, f"record-{size}")


def rate(page: Page) -> None:
    page.goto(TEMPLATE)
    page.get_by_label("4：役に立つ").check()
    page.get_by_label("感想").fill("一日で受付を始められました。")
    page.get_by_role("button", name="評価を送る").click()
    expect(page.locator("article.review", has_text="みほん市")).to_contain_text("一日で受付を始められました。")


def publish(page: Page, service, tmp_path, version: str) -> None:
    data = service.call("GET", f"/api/v1{TEMPLATE}/versions/1.0.0/bundle", token=None).content
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(data if version == "1.0.0" else with_memo_field(data, version=version))
    release(page, bundle, version)


def compare_with_changed(page: Page, service, tmp_path, version: str, size: str) -> None:
    data = service.call("GET", f"/api/v1{TEMPLATE}/versions/1.0.0/bundle", token=None).content
    bundle = tmp_path / "changed.zip"
    bundle.write_bytes(with_memo_field(data, version=version))
    release(page, bundle, version)
    previous = version.split(".", maxsplit=1)[0] + ".0.0"
    page.goto(f"/templates/992011/subsidy-grant-management/versions/{previous}/diff/{version}")
    take_picture(page, f"diff-{size}")
    if size == "desktop":
        expect(page.get_by_role("main")).to_contain_text("追加メモ")


def release(page: Page, bundle, version: str) -> None:
    page.goto("/publish")
    page.get_by_label("バンドル").set_input_files(bundle)
    page.get_by_role("button", name="送って点検する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(version)
    page.get_by_role("button", name="公開する").click()
    expect(page.get_by_role("main")).to_contain_text(version)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("link", name="ログイン").first).to_be_visible()


@pytest.mark.parametrize("size", ["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def test_what_is_half_typed_leads_to_a_template_a_category_or_a_municipality_by_keyboard_alone(service, size):
    with open_browser(size, f"http://localhost:{service.port}") as (page, faults):
        page.goto("/")
        search, options = page.get_by_role("combobox"), page.get_by_role("option")
        search.focus()
        compose(page, "ほじょk")
        expect(options.first).to_contain_text("補助金")
        assert problems(page) == []
        take_picture(page, f"suggestions-{size}")
        search.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "false")
        page.keyboard.insert_text("ほじょk")
        search.press("Escape")
        expect(options).to_have_count(0)
        expect(search).to_have_value("ほじょk")
        search.press("Escape")
        expect(search).to_have_value("")
        page.keyboard.type("ほじょき")
        expect(options.first).to_contain_text("補助金")
        search.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        assert search.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
        search.press("Enter")
        expect(page).to_have_url(re.compile("/templates/yokoten/subsidy-"))
        choose(page, "ぼうさ", "防災・危機管理")
        expect(page).to_have_url(re.compile("category=bosai$"))
        choose(page, "みほn", "架空県みほん市")
        expect(page).to_have_url(re.compile("/municipalities/992011$"))
        page.goto("/templates")
        page.get_by_role("combobox").fill("予防")
        expect(options.first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("「予防」の検索結果")
    assert faults == []


def compose(page: Page, typed: str) -> None:
    """Type with an input method that is still composing."""
    place = len(typed)
    order = {"text": typed, "selectionStart": place, "selectionEnd": place}
    page.context.new_cdp_session(page).send("Input.imeSetComposition", order)


def choose(page: Page, typed: str, name: str) -> None:
    """Type on the list of templates, and go down to a suggestion."""
    page.goto("/templates")
    page.get_by_role("combobox").focus()
    page.keyboard.type(typed)
    wanted = page.get_by_role("option", name=name)
    expect(wanted).to_be_visible()
    for _ in range(page.get_by_role("option").count()):
        page.keyboard.press("ArrowDown")
        if wanted.get_attribute("aria-selected") == "true":
            break
    page.keyboard.press("Enter")
