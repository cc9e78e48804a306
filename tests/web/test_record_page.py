"""A record's page: what it shows, what one may do there, and what strangers wrote into it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import event

from marketplace.db.unit_of_work import unit_of_work
from marketplace.sandbox.models import Record
from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle
from tests.web.conftest import words
from tests.web.sheet import Sheet
from tests.web.test_record_form import open_to_all

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def joined(prepared) -> str:
    """A workspace with three apps: 1 is the report, 2 the request with its process, 3 the program."""
    return prepared.world().install(make_joined_bundle(open_to_all))[0]


@pytest.fixture
def hostile(world) -> str:
    """A workspace with an app whose label is hostile and whose fields take any text."""
    app = make_app(
        "受付",
        make_field("SINGLE_LINE_TEXT", "件名"),
        make_field("MULTI_LINE_TEXT", "内容"),
        make_field("RICH_TEXT", "説明"),
        make_field("LINK", "電話", protocol="CALL"),
        make_field("FILE", "資料", thumbnailSize="150"),
    )
    label = f"<div onclick='x()'><b>注意</b>{HOSTILE}<a href='javascript:alert(3)'>押す</a></div>"
    app["layout"]["layout"].append({"type": "ROW", "fields": [{"type": "LABEL", "label": label}]})
    return world.install(make_bundle({"desk": app}))[0]


def test_a_record_can_be_turned_over_edited_and_left(sign_in, joined):
    page = sign_in("admin").read(f"/w/{joined}/k/3/show?record=1")
    links = {words(link): link["href"] for link in page.select(".page-head a")}
    base = f"/w/{joined}/k/3/"
    assert links == {
        "一覧に戻る": base,
        "次のレコード": f"{base}show?record=2",
        "編集する": f"{base}edit?record=1",
        "複製する": f"{base}new?from=1",
        "削除する": f"{base}delete?record=1",
    }


def test_deleting_asks_first_and_then_shows_the_list(sign_in, joined):
    browser = sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{joined}/k/3/delete?record=2")
    assert "元に戻すことはできません" in words(sheet.soup)
    assert sheet.press("削除する", 303).address == f"/w/{joined}/k/3/?done=deleted"
    assert browser.get(f"/w/{joined}/k/3/show?record=2").status_code == 404


def test_a_record_changed_since_it_was_shown_is_not_deleted(sign_in, joined):
    browser = sign_in("admin")
    asked = Sheet.visit(browser, f"/w/{joined}/k/3/delete?record=2")
    Sheet.visit(browser, f"/w/{joined}/k/3/edit?record=2").fill("制度名", "改めた").press("保存する", 303)
    answer = browser.post(asked.form["action"], data=asked.values)
    assert answer.status_code == 409
    assert browser.get(f"/w/{joined}/k/3/show?record=2").status_code == 200


def test_only_the_actions_open_to_the_record_and_the_caller_are_offered(sign_in, joined, app):
    browser = sign_in("admin")
    page = browser.read(f"/w/{joined}/k/2/show?record=1")
    assert [words(link) for link in page.select(".record-process .record-acts a")] == ["差戻し", "承認"]
    with unit_of_work(app.sessions) as (session, _):
        session.query(Record).filter(Record.status == "審査中").one().assignees = ["somebody-else"]
    page = browser.read(f"/w/{joined}/k/2/show?record=1")
    assert page.select(".record-process .record-acts a") == []
    assert "作業者だけが" in words(page)
    assert browser.get(f"/w/{joined}/k/2/status?record=1&action={quote('承認')}").status_code == 404
    assert browser.post(f"/w/{joined}/k/2/status?record=1", data={"action": "承認"}).status_code == 403


def test_an_action_that_the_record_is_not_ready_for_names_the_fields_it_waits_for(sign_in, joined):
    browser = sign_in("admin")
    address = f"/w/{joined}/k/2/show?record=1"
    assert "まだ進められない処理" not in words(browser.read(address))
    Sheet.visit(browser, f"/w/{joined}/k/2/edit?record=1").fill("金額", "0").press("保存する", 303)
    page = browser.read(address)
    assert [words(link) for link in page.select(".record-process .record-acts a")] == ["差戻し"]
    assert [words(each) for each in page.select(".record-process details li")] == ["「承認」：申請額"]


def test_an_action_is_explained_before_it_is_run(sign_in, joined):
    browser = sign_in("admin")
    link = browser.read(f"/w/{joined}/k/2/show?record=1").find("a", string="承認")
    sheet = Sheet.visit(browser, link["href"])
    assert "ステータスが「審査中」から「完了」に変わります。" in words(sheet.soup)
    page = sheet.press("実行する", 303).soup
    assert page.select_one(".process [aria-current]").get_text() == "完了"
    assert "ステータスを更新しました。" in words(page)
    assert "作業者" not in words(page.select_one(".record-process"))  # nothing is left to do


def test_an_action_on_a_record_that_was_changed_meanwhile_is_refused(sign_in, joined):
    browser = sign_in("admin")
    address = browser.read(f"/w/{joined}/k/2/show?record=1").find("a", string="承認")["href"]
    sheet = Sheet.visit(browser, address)
    Sheet.visit(browser, f"/w/{joined}/k/2/edit?record=1").fill("申請者名", "別人").press("保存する", 303)
    sheet.press("実行する", 409)
    assert "revisionは最新ではありません" in words(sheet.soup)


def test_hostile_texts_stay_texts(sign_in, hostile):
    browser = sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{hostile}/k/1/new").fill("件名", HOSTILE).fill("内容", HOSTILE)
    sheet.fill("説明", f"<b>太字</b>{HOSTILE}").fill("電話", HOSTILE)
    sheet.attach("資料", (f"{HOSTILE}.html".replace("/", "_"), b"<script>alert(1)</script>")).press("保存する", 303)
    pages = [sheet.soup, browser.read(f"/w/{hostile}/k/1/edit?record=1"), browser.read(f"/w/{hostile}/k/1/new?from=1")]
    for page in pages:
        assert page.main.find_all(["script", "img"]) == []
        assert page.main.select("a[href^=javascript], [onclick], [onerror]") == []
        assert page.main.find("b", string="注意")
    assert HOSTILE in words(sheet.soup)


def test_a_file_is_saved_and_never_run(sign_in, hostile):
    browser = sign_in("admin")
    page = b"<html><script>alert(1)</script></html>"
    sheet = Sheet.visit(browser, f"/w/{hostile}/k/1/new")
    sheet.attach("資料", ("表 示.html", page), ("絵.svg", b"<svg onload='x()'/>"), ("写真.png", PNG)).press(
        "保存する", 303
    )
    for link in sheet.soup.select(".file-list a[download]"):
        for address in (link["href"], f"{link['href']}&picture=yes"):
            answer = browser.get(address)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            if address.endswith("yes") and words(link) == "写真.png":
                assert answer.mimetype == "image/png"
            else:
                assert answer.mimetype == "application/octet-stream"
                assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert [image["src"] for image in sheet.soup.select(".file-list img")] != []


def test_a_picture_in_name_only_is_not_shown(sign_in, hostile):
    browser = sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{hostile}/k/1/new")
    sheet.attach("資料", ("写真.png", b"<html><script>alert(1)</script></html>")).press("保存する", 303)
    answer = browser.get(sheet.soup.select_one(".file-list img")["src"])
    assert answer.mimetype == "application/octet-stream"


def test_a_file_of_another_record_is_not_found(sign_in, hostile):
    browser = sign_in("admin")
    sheet = Sheet.visit(browser, f"/w/{hostile}/k/1/new").attach("資料", ("一.txt", b"1")).press("保存する", 303)
    Sheet.visit(browser, f"/w/{hostile}/k/1/new").fill("件名", "二").press("保存する", 303)
    address = sheet.soup.select_one(".file-list a")["href"]
    assert browser.get(address).status_code == 200
    assert browser.get(address.replace("record=1", "record=2")).status_code == 404


@pytest.mark.parametrize(
    "do", ["", "row-add:x:y", "row-delete:1", "choose:f1:x", "take:f999", "find:f999:-1", "unknown"]
)
def test_buttons_that_make_no_sense_do_no_harm(sign_in, joined, do):
    answer = sign_in("admin").post(f"/w/{joined}/k/2/new", data={"do": do, "base": "x-1.9", "token": "t"})
    assert answer.status_code in {200, 422}


def test_the_page_of_a_record_costs_few_statements(sign_in, joined, engine):
    browser = sign_in("admin")
    counted: list[str] = []

    def note(*facts):
        counted.append(facts[2])

    event.listen(engine, "before_cursor_execute", note)
    browser.read(f"/w/{joined}/k/2/show?record=1")
    event.remove(engine, "before_cursor_execute", note)
    assert len(counted) <= 50


def test_whoever_moves_a_record_out_of_their_sight_is_led_to_the_list(sign_in, installed_app):
    installed_app.with_process().add(件名="計画")
    nobody = {"entity": {"type": "GROUP", "code": "everyone"}, "viewable": False, "editable": False, "deletable": False}
    rights = [{"filterCond": 'ステータス in ("完了")', "entities": [nobody]}]
    installed_app.kintone.put("preview/record/acl", app=installed_app.id, rights=rights)
    installed_app.kintone.deploy(installed_app.id)
    browser = sign_in("reader")
    asked = Sheet.visit(browser, f"{installed_app.base}status?record=1&action={quote('終える')}")
    answer = browser.post(asked.form["action"], data={**asked.values, "action": "終える"}, follow_redirects=True)
    assert answer.request.full_path == f"{installed_app.base}?done=away"
    assert "処理が終わりました。" in answer.get_data(as_text=True)
    assert browser.get(f"{installed_app.base}show?record=1").status_code == 403
