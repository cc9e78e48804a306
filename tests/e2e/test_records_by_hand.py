"""An officer takes a subsidy application from intake to payment in Chromium, and does without scripts as well."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import open_browser, sign_in, take_picture

REFUSED = "Failed to load resource: the server responded with a status of 422 (UNPROCESSABLE ENTITY)"
RECIPIENTS, APPLICATIONS = "交付先台帳", "補助金・助成金申請管理"


@pytest.fixture(scope="module")
def service(shared):
    """The service that modules share."""
    return shared


@pytest.fixture(scope="module")
def apps(service) -> dict[str, str]:
    """The addresses of the installed apps by their names."""
    done = service.wait_for_import(service.install("yokoten/subsidy-grant-management", sample_records=True))
    assert done["state"] == "succeeded", done
    base, ids = f"/w/{service.demo['workspace']['id']}/k", done["app_ids"]
    return {
        RECIPIENTS: f"{base}/{ids['recipient-register']}/",
        APPLICATIONS: f"{base}/{ids['subsidy-grant-management']}/",
    }


def fill(page: Page, label: str, text: str) -> None:
    page.locator("#record-form").get_by_label(re.compile(f"^{re.escape(label)}( |$|（)")).first.fill(text)


def save(page: Page) -> None:
    page.get_by_role("button", name="保存する").first.click()


def output(page: Page, label: str):
    field = page.locator(".field", has=page.get_by_text(label, exact=True))
    return field.locator(".output").first


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_application_goes_from_intake_to_payment(service, apps, size):
    with open_browser(size, f"http://localhost:{service.port}") as (page, faults):
        sign_in(page, service.demo["people"][0])
        register_recipient(page, apps, size)
        apply(page, size)
        decide(page, size)
        pay(page, size)
    assert faults == [REFUSED]


def register_recipient(page: Page, apps: dict[str, str], size: str) -> None:
    page.goto(apps[RECIPIENTS] + "new")
    save(page)  # nothing is filled in yet: the first control to correct has the focus
    expect(page.get_by_role("alert")).to_contain_text("必須です。")
    expect(page.get_by_label(re.compile("^交付先コード"))).to_be_focused()
    take_picture(page, f"record-refused-{size}")
    for label, text in {
        "交付先コード": f"Z-{size}",
        "交付先名": "商店会 みらい",
        "所在地・住所": "みほん市中央2-2",
        "電話番号": "000-0000-0000",
    }.items():
        fill(page, label, text)
    page.get_by_role("radio", name="団体").check()
    save(page)
    expect(page.get_by_role("status")).to_contain_text("レコードを追加しました。")
    take_picture(page, f"recipient-{size}")


def apply(page: Page, size: str) -> None:
    page.get_by_role("link", name="この交付先の申請を登録").click()
    expect(output(page, "申請者名")).to_have_text("商店会 みらい")
    fill(page, "申請番号", f"手入力-{size}")
    fill(page, "年度", "２０２６")
    page.get_by_role("button", name="選ぶ （補助金コード）").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("S-01")
    take_picture(page, f"picker-{size}")
    dialog.get_by_label("言葉で探す").fill("創業")
    dialog.get_by_label("言葉で探す").press("Enter")
    expect(dialog.get_by_role("button", name=re.compile("^選ぶ"))).to_have_count(1)
    dialog.get_by_role("button", name=re.compile("^選ぶ")).click()
    expect(dialog).to_be_hidden()
    expect(output(page, "補助金名")).to_have_text("創業支援補助金")
    expect(page.get_by_label(re.compile("^申請番号"))).to_have_value(f"手入力-{size}")
    fill(page, "事業名", "空き店舗の活用")
    fill(page, "事業の目的・内容", "商店街の空き店舗を改修する。")
    add_costs(page)
    fill(page, "交付申請額", "300,000")
    fill(page, "事業名", "空き店舗の活用と改修")
    page.get_by_label(re.compile("^事業名")).press("Enter")  # does not save a form that is half filled in
    expect(output(page, "申請額の判定")).to_contain_text("限度額以内")
    take_picture(page, f"application-form-{size}")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("レコードを追加しました。")
    expect(page.get_by_role("main")).to_contain_text("空き店舗の活用と改修")
    take_picture(page, f"application-{size}")


def add_costs(page: Page) -> None:
    for number, (item, amount) in enumerate((("工事請負費", "700000"), ("備品購入費", "100000")), 1):
        page.get_by_role("button", name="行を追加 （経費内訳）").click()
        row = page.locator(".entry-rows tbody tr").nth(number - 1)
        expect(row.get_by_label(re.compile("^費目"))).to_be_focused()
        row.get_by_label(re.compile("^費目")).select_option(item)
        row.get_by_label(re.compile("^金額")).fill(amount)
        row.get_by_label(re.compile("^対象区分")).select_option("対象")
    expect(output(page, "総事業費")).to_have_text("800,000円")


def run(page: Page, action: str, status: str) -> None:
    page.get_by_role("link", name=action, exact=True).click()
    expect(page.get_by_text(f"から「{status}」に変わります。")).to_be_visible()
    page.get_by_role("button", name="実行する").click()
    expect(page.locator(".process [aria-current]")).to_have_text(status)


def decide(page: Page, size: str) -> None:
    run(page, "書類確認に進める", "書類確認")
    run(page, "審査に進める", "審査")
    expect(page.get_by_role("link", name="交付を決定する")).to_have_count(0)  # its amount is missing
    page.get_by_role("link", name="編集する").click()
    fill(page, "交付決定額", "300000")
    fill(page, "交付決定日", "2026-06-01")
    fill(page, "実績報告期限", "2027-03-31")
    save(page)
    page.get_by_role("link", name="交付を決定する").click()
    take_picture(page, f"action-{size}")
    page.get_by_role("button", name="実行する").click()
    run(page, "事業の着手を記録する", "事業実施中")
    run(page, "実績報告を受理する", "実績報告")


def pay(page: Page, size: str) -> None:
    page.get_by_role("link", name="編集する").click()
    fill(page, "確定額", "290000")
    fill(page, "実績の内容", "改修を終えた。")
    fill(page, "支払日", "2027-04-20")
    expect(output(page, "差引支払額（確定額－概算払額）")).to_have_text("290,000円")
    save(page)
    run(page, "額を確定する", "確定")
    run(page, "支払済みにする", "支払済")
    take_picture(page, f"paid-{size}")


@pytest.mark.timeout(300)
def test_a_record_is_added_and_edited_without_scripts(service, apps):
    with open_browser("phone", f"http://localhost:{service.port}", scripts=False) as (page, faults):
        sign_in(page, service.demo["people"][0])
        page.goto(apps[APPLICATIONS] + "new")
        fill(page, "申請番号", "手入力-なし")
        fill(page, "年度", "2026")
        page.get_by_role("button", name="選ぶ （補助金コード）").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("から選ぶ")
        page.get_by_role("button", name=re.compile("^選ぶ （S-01）")).click()
        expect(output(page, "補助金名")).to_have_text("創業支援補助金")
        fill(page, "交付先コード", "R-001")
        page.get_by_role("button", name="取得 （交付先コード）").click()
        expect(output(page, "申請者名")).to_have_text("見本 太郎")
        fill(page, "事業名", "名もなき事業")
        fill(page, "事業の目的・内容", "目的")
        fill(page, "交付申請額", "1000")
        page.get_by_label(re.compile("ファイルを追加.*添付書類")).set_input_files(
            {"name": "計画書.txt", "mimeType": "text/plain", "buffer": "計画".encode()}
        )
        page.get_by_role("button", name="行を追加 （経費内訳）").click()
        page.get_by_label(re.compile("^費目")).select_option("工事請負費")
        save(page)
        expect(page.get_by_role("alert")).to_contain_text("経費内訳 1行目の金額：必須です。")
        page.get_by_label(re.compile("^金額")).fill("5000")
        page.get_by_label(re.compile("^対象区分")).select_option("対象")
        save(page)
        expect(page.get_by_role("main")).to_contain_text("計画書.txt")
        page.get_by_role("link", name="編集する").click()
        fill(page, "事業名", "名のある事業")
        save(page)
        expect(page.get_by_role("main")).to_contain_text("名のある事業")
        take_picture(page, "without-scripts-phone")
    assert faults == [REFUSED]


@pytest.mark.timeout(120)
def test_leaving_a_form_with_changes_asks_first(service, apps):
    with open_browser("desktop", f"http://localhost:{service.port}") as (page, _faults):
        sign_in(page, service.demo["people"][0])
        page.goto(apps[RECIPIENTS] + "new")
        fill(page, "交付先名", "途中まで")
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.get_by_role("link", name="ホーム").click(no_wait_after=True)
        page.wait_for_timeout(500)
        assert asked == ["beforeunload"]
        expect(page.get_by_label(re.compile("^交付先名"))).to_have_value("途中まで")


@pytest.mark.timeout(300)
def test_nothing_more_is_computed_while_a_record_is_being_saved(service, apps):
    with open_browser("desktop", f"http://localhost:{service.port}") as (page, faults):
        sign_in(page, service.demo["people"][0])
        page.goto(apps[APPLICATIONS] + "new")
        saving, computing = [], []
        page.on("request", lambda request: computing.append(request.url) if request.resource_type == "xhr" else None)
        page.route("**/*", lambda route: saving.append(route) if is_saving(route.request) else route.continue_())
        fill(page, "交付申請額", "300000")
        page.get_by_role("button", name="保存する").first.click(no_wait_after=True)
        page.wait_for_timeout(1000)
        assert (len(saving), computing) == (1, [])
        saving[0].continue_()
        expect(page.get_by_role("alert")).to_contain_text("必須です。")
    assert faults == [REFUSED]


def is_saving(request) -> bool:
    return request.method == "POST" and request.is_navigation_request()
