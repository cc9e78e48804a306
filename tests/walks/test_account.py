"""One's own account: password reset by mail, authenticator app, devices, language."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from pyotp import TOTP

NEW = "あたらしい こみち 2027 はる"


def test_who_forgot_the_password_sets_a_new_one_by_mail(walker, place):
    person = place.person()
    walker.goto("/sign-in")
    walker.follow("パスワードを忘れたとき", "Forgot your password?")
    walker.look("reset")
    walker.fill("メールアドレス", "E-mail address", person["email"])
    walker.press("メールを送る", "Send the mail")
    walker.look("reset-sent")
    walker.goto(place.link_to(person["email"]))
    walker.look("reset-new")
    walker.fill("新しいパスワード", "New password", "short")
    walker.press("設定する", "Set the password", status=422)
    walker.look("reset-refused")
    walker.fill("新しいパスワード", "New password", NEW)
    walker.press("設定する", "Set the password")
    walker.sees("新しいパスワードを設定しました。", "Your new password is set.")
    walker.sign_in({**person, "password": NEW})
    walker.headed("アカウント", "Account")


def test_an_authenticator_app_is_asked_for_from_then_on(walker, place):
    person = place.person()
    walker.sign_in(person)
    walker.follow("認証アプリを登録する", "Set up an authenticator app")
    walker.look("authenticator-ask")
    walker.fill("今のパスワード", "Present password", person["password"])
    walker.press("次へ", "Next")
    walker.look("authenticator")
    app = TOTP(re.sub(r"\s", "", walker.page.locator("code.secret").inner_text()))
    walker.fill("確認コード", "Code", "000000")
    walker.press("登録する", "Set it up", status=422)
    walker.fill("確認コード", "Code", app.now())
    walker.press("登録する", "Set it up")
    code = walker.page.locator(".recovery-codes li").first.inner_text()
    walker.look("recovery-codes")
    walker.goto("/account")
    walker.look("account-guarded")
    walker.sign_out()
    walker.sign_in(person)
    walker.headed("二段階認証", "Second step")
    walker.look("second-factor")
    walker.fill("確認コード", "Code", code)
    walker.press("確認する", "Confirm")
    walker.goto("/account/authenticator/remove")
    walker.look("authenticator-remove")
    walker.fill("今のパスワード", "Present password", person["password"])
    walker.press("外す", "Remove")
    walker.sees("認証アプリの登録を外しました。", "The authenticator app was removed.")


def test_another_device_is_ended_from_the_list_of_devices(walker, walkers, place):
    person = place.person()
    walker.sign_in(person, "/account/sessions")
    other = walkers()
    other.sign_in(person)
    walker.page.reload()
    walker.look("sessions")
    walker.press("ほかをすべて終わらせる", "End all others")
    other.goto("/account", 401)
    walker.goto("/account/sessions")
    expect(walker.main.get_by_role("row")).to_have_count(2)


def test_name_and_language_are_changed_and_kept_with_the_account(walker, walkers, place):
    person = place.person()
    walker.sign_in(person)
    walker.look("account")
    walker.page.locator("#f-name").fill("見本 桜")
    walker.press("氏名を変更する", "Change the name")
    walker.sees("氏名を変更しました。", "Your name was changed.")
    other = {"ja": "en", "en": "ja"}[walker.view.language]
    walker.main.get_by_role("combobox").last.select_option(other)
    walker.press("言語を変更する", "Change the language")
    expect(walker.page.locator("html")).to_have_attribute("lang", other)
    again = walkers()
    again.page.goto("/sign-in?next=/account")
    again.fill("メールアドレス", "E-mail address", person["email"])
    again.fill("パスワード", "Password", person["password"])
    again.press("ログイン", "Sign in")
    expect(again.page.locator("html")).to_have_attribute("lang", other)
