"""The operator in Chromium: a report comes in and is dealt with, a municipality verified, an account disabled."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import problems
from tests.e2e.browser import open_browser, sign_in, take_picture
from tests.e2e.service import Service

TEMPLATE = "/templates/yokoten/subsidy-grant-management"
ADDRESS = "operator@example.jp"


def add_operator(service: Service) -> dict[str, str]:
    command = [sys.executable, "-m", "marketplace.cli", "people", "add-operator", ADDRESS, "運営 太郎"]
    said = subprocess.run(command, env=service.settings(), capture_output=True, check=True).stdout.decode()
    found = re.search(r"password: (\S+)", said)
    assert found, said
    return {"email": ADDRESS, "password": found[1]}


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name).click()


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_report_is_dealt_with_a_municipality_verified_and_an_account_disabled(service):
    officer, author = service.demo["people"]
    operator = add_operator(service)
    found: dict[str, list[str]] = {}
    with open_browser("phone", f"http://localhost:{service.port}") as (page, faults):

        def look(name: str) -> None:
            take_picture(page, f"operator-{name}-phone")
            found[name] = problems(page)

        sign_in(page, officer)
        page.goto(TEMPLATE)
        page.get_by_role("link", name="このテンプレートを運営者に報告する").click()
        page.get_by_label("理由").select_option(index=1)
        page.get_by_label("くわしい内容").fill("見本のレコードに、氏名らしいものがあります。")
        look("reporting")
        press(page, "報告する")
        expect(page.get_by_text("報告を受け付けました。")).to_be_visible()
        page.get_by_role("banner").get_by_role("button", name="ログアウト").click()
        expect(page.get_by_role("banner").get_by_role("link", name="ログイン")).to_be_visible()

        sign_in(page, operator)
        page.goto("/operator")
        look("start")
        page.get_by_role("link", name=re.compile("報告を見る（未対応1件）")).click()
        look("reports")
        page.get_by_role("main").get_by_role("link", name=re.compile("補助金・助成金 申請管理")).click()
        page.get_by_label("結果").select_option(index=1)
        page.get_by_label("対応の内容").fill("公開した団体に連絡した。")
        look("report")
        press(page, "対応済みにする")
        expect(page.get_by_text("対応済み").first).to_be_visible()

        page.goto("/operator/municipalities/992011")
        look("municipality")
        page.get_by_label("理由").fill("見本のため。")
        press(page, "確認を取り消す")
        expect(page.get_by_text("未確認")).to_be_visible()
        page.get_by_label("確かめた方法").fill("代表電話で確かめた。")
        press(page, "確認済みにする")

        page.goto("/operator/accounts")
        page.get_by_label("メールアドレス").fill(author["email"])
        look("accounts")
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button").first.click()
        page.get_by_label("理由").fill("退職した。")
        look("account")
        press(page, "アカウントを停止する")
        expect(page.get_by_text("停止中")).to_be_visible()
        page.get_by_label("理由").fill("まちがえた。")
        press(page, "停止を解く")
    assert faults == []
    assert {name: rules for name, rules in found.items() if rules} == {}
