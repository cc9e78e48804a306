"""Comments on a record's page: written, read in pages, taken back by their writers."""

from __future__ import annotations

import pytest

from tests.bundle.factories import make_app, make_bundle, make_field
from tests.web.conftest import words
from tests.web.sheet import Sheet

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def base(prepared) -> str:
    """The address of an app with one record-less form."""
    bundle = make_bundle({"desk": make_app("受付", make_field("SINGLE_LINE_TEXT", "件名"))})
    return f"/w/{prepared.world().install(bundle)[0]}/k/1/"


@pytest.fixture
def address(sign_in, base) -> str:
    """The address of a record everybody sees."""
    Sheet.visit(sign_in("admin"), f"{base}new").fill("件名", "相談").press("保存する", 303)
    return f"{base}show?record=1"


def write(browser, address, text, status=303, **more):
    return browser.post(address.replace("show?", "comments?"), data={"text": text, **more}), status


def test_a_comment_is_written_with_mentions_and_stays_a_text(sign_in, address):
    browser = sign_in("reader")
    page = browser.read(address)
    mention = page.find("label", string="Everyone")["for"]
    answer, _ = write(browser, address, f"確認しました\r\n{HOSTILE}", mention=page.find(id=mention)["value"])
    assert answer.headers["Location"].endswith("show?record=1&done=commented#comments")
    found = browser.read(address).select(".comment-list li")
    assert [words(each.select_one(".lines")) for each in found] == [f"Everyone 確認しました {HOSTILE}"]


def test_an_empty_comment_is_refused_beside_its_box(sign_in, address):
    answer, _ = write(sign_in("reader"), address, "  ")
    assert answer.status_code == 422
    assert "コメントを入力してください。" in answer.get_data(as_text=True)


@pytest.mark.parametrize("mention", ["USER:nobody", "nonsense", "GROUP:"])
def test_whoever_is_not_there_cannot_be_told(sign_in, address, mention):
    answer, _ = write(sign_in("reader"), address, "もしもし", mention=mention)
    assert answer.status_code == 422
    assert "もしもし</textarea>" in answer.get_data(as_text=True)


def test_comments_come_in_pages_newest_first(sign_in, address):
    browser = sign_in("reader")
    for number in range(12):
        write(browser, address, f"{number}件目")
    page = browser.read(address)
    assert words(page.select_one(".comment-list .lines")) == "11件目"
    older = browser.read(page.find("a", string="前のコメント")["href"])
    assert [words(each) for each in older.select(".comment-list .lines")] == ["1件目", "0件目"]
    assert older.find("a", string="新しいコメント")


def test_only_the_writer_takes_a_comment_back(sign_in, address):
    writer, other = sign_in("reader"), sign_in("admin")
    write(writer, address, "まちがい")
    assert other.read(address).select(".take-back") == []
    place = address.replace("show?", "comments/delete?")
    assert other.post(place, data={"comment": "1"}).status_code in {403, 422}
    assert writer.read(address).select(".take-back") != []
    writer.post(place, data={"comment": "1"})
    assert "コメントはまだありません。" in words(writer.read(address))
