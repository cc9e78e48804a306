"""The page of a draft's pictures."""

from __future__ import annotations

import io

import pytest

from tests.municipalities.factories import MIHON, fictitious_code
from tests.picture_files import GPS, make_jpeg, make_photograph, make_png
from tests.web.conftest import words
from tests.web.factories import SLUG
from tests.web.test_draft_editor import send_draft

WORDS = {"alt-ja": "申請の一覧", "alt-en": "List of requests"}
README = {"README.md": "# 表題\n\n![図](images/photo.jpg)\n"}


@pytest.fixture
def author(sign_in):
    """Somebody who publishes for みほん市."""
    return sign_in("publisher")


@pytest.fixture
def address(author):
    """The address of a draft."""
    return send_draft(author)


def revision(browser, address):
    return browser.read(f"{address}/pictures").find("input", {"name": "revision"})["value"]


def add(browser, address, data=None, **changes):
    """Send a picture and return the answer."""
    file = (io.BytesIO(make_png() if data is None else data), "../../etc/写真 1.gif")
    sent = {**WORDS, "revision": revision(browser, address), "picture": file, **changes}
    return browser.post(f"{address}/pictures/new", data=sent)


def files(page):
    return [each.get_text() for each in page.select("ol code")]


def test_a_picture_is_added_shown_and_released(author, address):
    assert add(author, address).headers["Location"] == f"{address}/pictures"
    page = author.read(f"{address}/pictures")
    assert files(page) == ["images/picture-1.png"]
    assert page.find("img", alt="申請の一覧")["src"] == f"{address}/images/picture-1.png"
    assert author.get(f"{address}/images/picture-1.png").get_data() == make_png()
    assert author.read(f"{address}/edit").select(".gallery img[alt=申請の一覧]")
    author.send(f"{address}/release")
    shown = author.read(f"/templates/{MIHON}/{SLUG}").select_one(".gallery img")
    assert shown["alt"] == "申請の一覧"
    assert author.get(shown["src"]).status_code == 200
    assert author.read(f"/templates/{MIHON}/{SLUG}?lang=en").find("img", alt="List of requests")


def test_what_is_wrong_stands_at_its_field_and_the_words_stay(author, address):
    answer = add(author, address, data=b"<html>", **{"alt-en": ""})
    page = vars(answer)["page"]
    assert answer.status_code == 422
    assert "使える画像ではありません" in page.find(id="f-picture-error").get_text()
    assert page.find(id="f-alt-en-error")
    assert page.find(id="f-alt-ja")["value"] == "申請の一覧"


def test_pictures_are_moved_described_and_removed(author, address):
    for number in range(3):
        add(author, address, **{"alt-ja": f"画面{number}"})
    first, second, third = files(author.read(f"{address}/pictures"))
    typed = {f"alt-{first}-ja": "書き直した説明", "do": f"down:{first}"}
    author.send(f"{address}/pictures", {"revision": revision(author, address), **typed})
    page = author.read(f"{address}/pictures")
    assert files(page) == [second, first, third]
    assert page.find(id=f"f-alt-{first}-ja")["value"] == "書き直した説明"
    author.send(f"{address}/pictures", {"revision": revision(author, address), "do": f"remove:{second}"})
    assert files(author.read(f"{address}/pictures")) == [first, third]
    empty = {"revision": revision(author, address), f"alt-{third}-en": "", "do": f"up:{third}"}
    page = author.send(f"{address}/pictures", empty, 422)
    assert page.find(id=f"f-alt-{third}-en")["aria-invalid"] == "true"
    assert files(author.read(f"{address}/pictures")) == [first, third]


def test_a_photograph_that_tells_its_place_is_freed_here(author):
    address = send_draft(author, files={**README, "images/photo.jpg": make_photograph((GPS, 1))})
    page = author.read(address)
    links = page.find_all("a", href=f"{address}/pictures")
    assert [link for link in links if "ここで直す" in link.get_text()]
    assert "撮影した場所" in words(author.read(f"{address}/pictures"))
    author.send(f"{address}/pictures/clean", {"revision": revision(author, address)})
    assert author.get(f"{address}/images/photo.jpg").get_data() == make_jpeg()
    assert author.read(address).find("form", action=f"{address}/release")


def test_pictures_of_the_readme_are_shown_with_how_to_write_them_and_removed(author):
    address = send_draft(author, files={**README, "images/photo.jpg": make_jpeg()})
    assert "![説明](images/photo.jpg)" in words(author.read(f"{address}/pictures"))
    author.send(f"{address}/pictures/remove", {"revision": revision(author, address), "file": "images/photo.jpg"})
    assert author.read(address).find("a", href=f"{address}/edit#f-readme-ja")
    gone = {"revision": revision(author, address), "file": "images/photo.jpg"}
    assert author.post(f"{address}/pictures/remove", data=gone).status_code == 404


def test_an_icon_is_replaced_or_refused_at_its_field(author, address):
    icon = {"revision": revision(author, address), "icon": (io.BytesIO(make_png()), "x.png")}
    author.send(f"{address}/icon", icon)
    assert author.read(f"{address}/pictures").find("img", src=f"{address}/images/icon.png")
    photograph = {"revision": revision(author, address), "icon": (io.BytesIO(make_jpeg()), "x.png")}
    assert author.send(f"{address}/icon", photograph, 422).find(id="f-icon-error")


def test_the_later_of_two_is_told_and_keeps_the_words(author, sign_in, address):
    seen = revision(author, address)
    add(sign_in("publisher"), address)
    answer = add(author, address, revision=seen, **{"alt-ja": "私の写真"})
    assert answer.status_code == 412
    page = vars(answer)["page"]
    assert page.find(id="f-alt-ja")["value"] == "私の写真"
    assert page.find("input", {"name": "revision"})["value"] == revision(author, address) != seen


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("stranger", 404), (None, 401)])
def test_only_those_who_publish_for_the_municipality_may(author, sign_in, browser, address, role, status):
    visitor = (
        browser if role is None else sign_in("publisher", fictitious_code()) if role == "stranger" else sign_in(role)
    )
    seen = {"revision": revision(author, address)}
    assert visitor.get(f"{address}/pictures").status_code == status
    for path in ("pictures", "pictures/new", "pictures/clean", "pictures/remove", "icon"):
        assert visitor.post(f"{address}/{path}", data=seen).status_code == status


def test_a_closed_draft_has_no_page_of_pictures(author, address):
    seen = {"revision": revision(author, address)}
    author.send(f"{address}/discard")
    assert author.get(f"{address}/pictures").status_code == 409
    assert author.post(f"{address}/pictures/clean", data=seen).status_code == 409
