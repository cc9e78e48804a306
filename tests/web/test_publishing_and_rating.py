import io

import pytest

from marketplace.kernel.text import Language
from marketplace.web.community_page import show_share
from tests.bundle.factories import make_app, make_bundle, make_field, make_files, make_manifest, pack
from tests.municipalities.factories import MIHON, fictitious_code
from tests.web.conftest import words
from tests.web.factories import PAGE, SLUG


@pytest.fixture(scope="module")
def installed(prepared):
    """A template that みほん市 has installed."""
    prepared.world().install()


def upload(**manifest):
    return {"bundle": (io.BytesIO(pack(make_files(manifest=make_manifest("request", **manifest)))), "bundle.zip")}


def send_draft(browser, **manifest):
    """Upload a bundle and return the address of its draft."""
    answer = browser.post("/publish", data=upload(**manifest))
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_an_upload_becomes_a_draft_that_can_be_released(sign_in):
    browser = sign_in("publisher")
    address = send_draft(browser)
    page = browser.read(address)
    assert "新しいテンプレートとして公開します。" in words(page)
    assert browser.post(f"{address}/release").headers["Location"] == f"/templates/{MIHON}/{SLUG}"
    assert browser.read(f"/templates/{MIHON}/{SLUG}").find("h1").get_text() == "補助金申請管理"


def test_a_file_that_is_no_bundle_is_refused_with_its_findings(sign_in):
    page = sign_in("publisher").send("/publish", {"bundle": (io.BytesIO(b"PK\x03\x04"), "x.zip")}, 422)
    assert page.find(role="alert")
    assert page.select("[aria-labelledby=findings-title] li")


def test_sending_no_file_is_refused(sign_in):
    assert sign_in("publisher").post("/publish", data={}).status_code == 422


def test_a_draft_shows_what_differs_from_the_latest_version(sign_in, world):
    world.release(publisher=MIHON)
    browser = sign_in("publisher")
    page = browser.read(send_draft(browser, version="1.0.1", summary={"ja": "新しい一文です。", "en": "New."}))
    assert "比べた版は 1.0.0 です。" in words(page)
    assert page.find("h3")


def test_a_number_that_is_too_small_cannot_be_released(sign_in, world):
    fields = [make_field("SINGLE_LINE_TEXT", "件名", required=True), make_field("DATE", "受付日")]
    world.release(make_bundle({"request": make_app("申請", *fields)}), publisher=MIHON)
    browser = sign_in("publisher")
    address = send_draft(browser, version="1.0.1")
    assert "2.0.0" in words(browser.read(address))
    assert browser.read(address).find("form", action=f"{address}/release") is None
    page = browser.send(f"{address}/release", status=browser.post(f"{address}/release").status_code)
    assert page.find(role="alert")


def test_a_discarded_draft_stays_in_the_list_but_offers_nothing(sign_in):
    browser = sign_in("publisher")
    address = send_draft(browser)
    browser.send(f"{address}/discard")
    assert "破棄済み" in words(browser.read("/drafts"))
    assert browser.read(address).main.find("form") is None


def test_another_municipality_learns_nothing_of_a_draft(sign_in):
    address = send_draft(sign_in("publisher"))
    assert sign_in("publisher", fictitious_code()).get(address).status_code == 404


@pytest.mark.parametrize("address", ["/publish", "/drafts"])
def test_only_those_who_publish_get_the_pages(browser, sign_in, address):
    assert browser.get(address).status_code == 401
    assert sign_in("reader").get(address).status_code == 403


def test_a_withdrawn_version_tells_why_and_is_not_offered(sign_in, world):
    world.release(publisher=MIHON)
    browser = sign_in("publisher")
    address = f"/templates/{MIHON}/{SLUG}"
    assert browser.read(address).find("a", href=f"{address}/versions/1.0.0/withdrawal")
    browser.send(f"{address}/versions/1.0.0/withdrawal", {"reason": "計算式に誤りがあります。"})
    page = browser.read(address)
    assert "計算式に誤りがあります。" in words(page)
    assert page.find("a", href=f"{address}/install") is None


def test_a_withdrawal_needs_a_reason(sign_in, world):
    world.release(publisher=MIHON)
    address = f"/templates/{MIHON}/{SLUG}/versions/1.0.0/withdrawal"
    page = sign_in("publisher").send(address, {"reason": ""}, 422)
    assert page.find(id="f-reason")["aria-invalid"] == "true"


def test_another_municipality_cannot_withdraw(sign_in, world):
    world.release()
    browser = sign_in("publisher")
    assert browser.get(f"{PAGE}/versions/1.0.0/withdrawal").status_code == 404
    assert browser.post(f"{PAGE}/versions/1.0.0/withdrawal", data={"reason": "x"}).status_code == 404


@pytest.mark.usefixtures("installed")
def test_a_municipality_that_installed_it_can_review_and_rewrite(sign_in):
    browser = sign_in("installer")
    browser.send(f"{PAGE}/review", {"stars": "4", "text": "役に立ちました。"})
    browser.send(f"{PAGE}/review", {"stars": "5", "text": "とても役に立ちました。"})
    page = browser.read(PAGE)
    assert [article.find("h3").get_text() for article in page.select("article.review")] == ["架空県みほん市"]
    told = [each.get_text(" ", strip=True) for each in page.select(".distribution li")]
    assert told[:2] == ["星5 1団体（100%）", "星4 0団体（0%）"]
    assert page.find(id="f-stars-5").has_attr("checked")
    assert page.find(id="f-text").get_text().strip() == "とても役に立ちました。"


@pytest.mark.parametrize(("count", "share"), [(0, "0%"), (1, "1%未満"), (2, "1%"), (100, "33%"), (300, "100%")])
def test_the_part_of_all_reviews_is_rounded_but_never_to_none(count, share):
    assert show_share(count, 300, Language.JA) == share


@pytest.mark.usefixtures("installed")
def test_a_review_without_stars_is_refused_beside_the_form_and_keeps_its_text(sign_in):
    page = sign_in("installer").send(f"{PAGE}/review", {"text": "役に立ちました。"}, 422)
    assert page.find(id="f-stars-error")
    assert page.find(id="f-text").get_text().strip() == "役に立ちました。"


@pytest.mark.usefixtures("installed")
def test_a_review_is_shown_as_text(sign_in):
    browser = sign_in("installer")
    browser.send(f"{PAGE}/review", {"stars": "4", "text": "<img src=x onerror=alert(1)>"})
    assert "<img src=x onerror=alert(1)>" in words(browser.read(PAGE))


@pytest.mark.usefixtures("installed")
def test_a_review_can_be_deleted(sign_in):
    browser = sign_in("installer")
    browser.send(f"{PAGE}/review", {"stars": "4", "text": ""})
    browser.send(f"{PAGE}/review/delete")
    assert "評価は、まだありません。" in words(browser.read(PAGE))


def test_those_who_did_not_install_it_are_told_so(sign_in, world):
    world.release()
    browser = sign_in("installer")
    assert browser.read(PAGE).find(id="own-review") is None
    assert browser.post(f"{PAGE}/review", data={"stars": "5"}).status_code == 403


def test_a_stranger_cannot_review(browser, world):
    world.release()
    assert browser.post(f"{PAGE}/review", data={"stars": "5"}).status_code == 401


PHONE = "0166-26-1111"


@pytest.fixture
def author(sign_in):
    """A publisher of みほん市."""
    return sign_in("publisher")


@pytest.fixture
def held_draft(author):
    """The address of a draft of the author with a telephone number in its summary."""
    return send_draft(author, summary={"ja": f"申請です。電話 {PHONE}", "en": "Requests."})


def test_the_author_sees_what_waits_where_and_who_can_answer(sign_in, author, held_draft):
    sign_in("admin")
    browser = author
    page = browser.read(held_draft)
    assert "テンプレートの情報（概要）" in words(page)
    assert "電話番号と思われる値があります：01**-**-****" in words(page)
    assert PHONE not in str(page)
    assert "あなたが入れた内容なので、あなたは答えられません。答えられる人：" in words(page)
    assert page.find("form", action=f"{held_draft}/release") is None
    assert page.find("form", action=f"{held_draft}/answers") is None
    [link] = page.select(".notification.warning li a")
    assert page.find(id=link["href"][1:])
    assert browser.send(f"{held_draft}/release", status=409).find(role="alert")
    assert "ほかの人の確認待ち" in words(browser.read("/drafts"))


def test_a_second_person_answers_and_the_draft_can_be_released(sign_in, held_draft):
    second = sign_in("admin")
    form = second.read(held_draft).find("form", action=f"{held_draft}/answers")
    assert [button["value"] for button in form.select("button")] == ["fictitious", "meant"]
    finding = form.find("input")["value"]
    second.send(f"{held_draft}/answers", {"finding": finding, "answer": "meant"})
    page = second.read(held_draft)
    assert "「公開してよい情報です」と" in words(page)
    assert page.find("form", action=f"{held_draft}/answers") is None
    second.send(f"{held_draft}/release")


@pytest.mark.parametrize(("role", "status"), [("author", 403), ("reader", 403), ("admin", 404)])
def test_only_a_second_person_can_answer_and_only_to_what_is_there(sign_in, author, held_draft, role, status):
    data = {"finding": "x" * 32, "answer": "meant"}
    browser = author if role == "author" else sign_in(role)
    assert browser.post(f"{held_draft}/answers", data=data).status_code == status


def test_strangers_and_other_municipalities_can_not_answer(browser, sign_in, held_draft):
    data = {"finding": "x" * 32, "answer": "meant"}
    assert sign_in("publisher", fictitious_code()).post(f"{held_draft}/answers", data=data).status_code == 404
    assert browser.post(f"{held_draft}/answers", data=data).status_code == 401
