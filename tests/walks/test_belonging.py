"""What a municipality holds: workspaces, members, tokens."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from marketplace.kernel.ids import new_id
from marketplace.municipalities.roles import Role
from tests.walks.place import KASUMI, PASSWORD, TEMPLATE


def test_a_municipality_without_a_workspace_makes_one_and_connects_others(walker, place):
    walker.sign_in(place.newcomer(), f"{TEMPLATE}/install")
    walker.sees("ワークスペースがまだありません。", "There is no workspace yet.")
    walker.look("no-workspace")
    walker.follow("ワークスペースを作る", "Make a workspace")
    walker.look("workspaces-none")
    walker.press("ワークスペースを作る", "Make the workspace", status=422)
    walker.fill("名前", "Name", "情報政策課 検証用")
    walker.press("ワークスペースを作る", "Make the workspace")
    walker.sees("パスワードを控えてください。", "Write the password down.")
    walker.look("workspace-new")
    walker.goto("/workspaces/connect")
    walker.fill("名前", "Name", "本番のkintone")
    walker.fill("kintoneのアドレス", "Address of the kintone", "https://kintone.example.jp")
    walker.press("つなぐ", "Connect", status=422)
    walker.look("connect-refused")
    walker.goto("/workspaces/closed-network")
    walker.fill("名前", "Name", "庁内のkintone")
    walker.fill("kintoneのアドレス", "Address of the kintone", "https://mihon.cybozu.com")
    walker.press("登録する", "Register")
    walker.look("closed-network")
    walker.goto("/workspaces")
    walker.look("workspaces")


def test_somebody_is_invited_by_mail_joins_gets_another_role_and_leaves(walker, walkers, place):
    email = f"{new_id()}@mihon.example.jp"
    walker.sign_in(place.newcomer(), "/members/invite")
    walker.look("invite")
    walker.fill("メールアドレス", "E-mail address", email)
    walker.page.locator("input[name=role][value=publisher]").check()
    walker.press("招待を送る", "Send the invitation")
    walker.look("members-invited")
    guest = walkers()
    guest.goto(place.link_to(email))
    guest.look("invitation")
    guest.fill("氏名", "Name", "新人 三郎")
    guest.fill("パスワード", "Password", "short")
    guest.press("アカウントを作って参加する", "Make an account and join", status=422)
    guest.look("invitation-refused")
    guest.fill("パスワード", "Password", PASSWORD)
    guest.press("アカウントを作って参加する", "Make an account and join")
    guest.look("joined")
    walker.goto("/members")
    walker.look("members")
    walker.main.get_by_role("row", name=re.compile("新人 三郎")).get_by_role("link").first.click()
    walker.page.locator("input[name=role][value=reader]").check()
    walker.look("member")
    walker.press("役割を変更する", "Change the role")
    walker.main.get_by_role("row", name=re.compile("新人 三郎")).get_by_role("link").first.click()
    walker.follow("構成員から外す", "Remove from the members")
    walker.look("member-remove")
    walker.press("構成員から外す", "Remove from the members")
    expect(walker.main.get_by_role("row", name=re.compile("新人 三郎"))).to_have_count(0)
    walker.goto("/members/log")
    walker.look("members-log")
    guest.goto(guest.page.url, 403)


def test_a_token_is_issued_shown_once_and_revoked(walker, place):
    walker.sign_in(place.newcomer(), "/tokens")
    walker.look("tokens-none")
    walker.fill("名前", "Name", "夜間の導入")
    walker.page.locator("input[name=scopes]").first.check()
    walker.press("トークンを発行する", "Issue the token")
    expect(walker.main.get_by_text(re.compile("^yktn_"))).to_be_visible()
    walker.look("token-issued")
    walker.goto("/tokens")
    expect(walker.main.get_by_text(re.compile("^yktn_[0-9a-f]{40}"))).to_have_count(0)
    walker.press("失効させる", "Revoke")
    walker.sees("無効", "Not valid")


def test_readers_see_what_they_may_and_nothing_else(walker, place):
    walker.sign_in(place.person(Role.READER, KASUMI), "/members")
    walker.look("members-reader")
    walker.goto("/tokens", 403)
