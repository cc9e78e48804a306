"""Telephone numbers and mail addresses are kept in half width, however they were typed."""

from __future__ import annotations

import pytest

from tests.bundle.factories import make_app, make_bundle, make_field
from tests.web.sheet import Sheet

LINKS = (
    make_field("LINK", "電話番号", protocol="CALL"),
    make_field("LINK", "メール", protocol="MAIL"),
    make_field("LINK", "参考ページ", protocol="WEB"),
)


@pytest.mark.parametrize(
    ("label", "typed", "kept"),
    [
        ("電話番号", "０９０－００００−０００0 ", "090-0000-0000"),
        ("電話番号", "000ー000ー0000", "000-000-0000"),
        ("メール", "ｍｉｈｏｎ＠example.jp", "mihon@example.jp"),
        ("参考ページ", "https://example.jp/案内", "https://example.jp/案内"),
    ],
)
def test_a_link_is_kept_in_half_width(sign_in, world, label, typed, kept):
    workspace_id = world.install(make_bundle({"links": make_app("連絡先", *LINKS)}))[0]
    browser = sign_in("admin")
    Sheet.visit(browser, f"/w/{workspace_id}/k/1/new").fill(label, typed).press("保存する", 303)
    assert Sheet.visit(browser, f"/w/{workspace_id}/k/1/edit?record=1").value(label) == kept
