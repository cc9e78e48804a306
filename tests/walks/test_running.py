"""The operator's pages, help, and the documents for programs."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.walks.place import TEMPLATE


def test_what_is_reported_comes_to_the_operator_and_is_dealt_with(walker, walkers, place):
    reporter = walkers()
    reporter.sign_in(place.person(), TEMPLATE)
    reporter.follow("このテンプレートを運営者に報告する", "Report this template to the operator")
    reporter.field("理由", "Reason").select_option(index=1)
    reporter.fill("くわしい内容", "Details", f"見本のレコードに、氏名らしいものがあります（{walker.view}）。")
    reporter.look("report-new")
    reporter.press("報告する", "Send the report")
    reporter.sees("報告を受け付けました。", "Your report was received.")
    walker.sign_in(place.operator(), "/operator")
    walker.look("operator")
    walker.follow("報告を見る", "Reports")
    walker.look("operator-reports")
    walker.main.get_by_role("link", name=re.compile("補助金・助成金 申請管理")).first.click()
    walker.field("結果", "Outcome").select_option(index=1)
    walker.fill("対応の内容", "What was done", "公開した団体に連絡した。")
    walker.look("operator-report")
    walker.press("対応済みにする", "Note it")
    walker.look("operator-report-settled")


def test_a_municipality_is_verified_and_an_account_disabled(walker, place):
    person, newcomer = place.person(), place.newcomer()
    walker.sign_in(place.operator(), "/operator/municipalities")
    walker.look("operator-municipalities")
    walker.goto(f"/operator/municipalities/{newcomer['code']}")
    walker.page.locator("main form input[type=text], main form textarea").first.fill("代表電話で確かめた。")
    walker.look("operator-municipality")
    with walker.page.expect_navigation():
        walker.main.get_by_role("button").first.click()
    walker.sees("確認済み", "Verified")
    walker.goto("/operator/accounts")
    walker.fill("メールアドレス", "E-mail address", person["email"])
    walker.look("operator-accounts")
    with walker.page.expect_navigation():
        walker.main.get_by_role("button").first.click()
    walker.fill("理由", "Reason", "退職した。")
    walker.press("アカウントを停止する", "Disable the account")
    expect(walker.main).to_contain_text(walker.words("停止中", "Disabled"))
    walker.look("operator-account")


def test_help_and_documents_are_read(walker):
    walker.goto("/help")
    walker.look("help")
    walker.page.locator("main a[href='/help/install']").first.click()
    walker.look("help-install")
    for name, address in {
        "help-bundle": "/help/bundle",
        "accessibility": "/accessibility",
        "privacy": "/privacy",
        "terms": "/terms",
        "docs-errors": "/docs/errors",
    }.items():
        walker.goto(address)
        walker.look(name)
    walker.goto("/docs/api")
    expect(walker.page.get_by_role("heading", level=1)).to_be_visible()
