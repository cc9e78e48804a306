"""Trying a template out by the pages, without an account."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs.models import Import
from marketplace.kernel.limits import TryoutRules
from marketplace.kernel.ports import Ports
from tests.bundle.factories import make_joined_bundle
from tests.web.conftest import words
from tests.web.factories import PAGE
from tests.web.sheet import Sheet

START = f"{PAGE}/try"
BANNER = "自動的に削除されます"


@pytest.fixture(scope="module")
def released(prepared):
    prepared.world().release(make_joined_bundle())


def finish(world, workspace_id):
    """Run the import of a try-out as the worker does."""
    with unit_of_work(world.app.sessions, writes=False) as (session, _):
        import_id = session.scalars(select(Import.id).where(Import.workspace_id == workspace_id)).one()
    world.run(import_id)


@pytest.fixture(scope="module")
def start(released):
    """Start a try-out in a browser and return the id of its workspace."""

    def make(browser, address="127.0.0.1"):
        answer = browser.post(START, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 303
        return answer.headers["Location"].split("/")[2]

    return make


@pytest.fixture(scope="module")
def installed(prepared, start):
    """The id of the workspace of a try-out that is installed, and the secret of its visitor."""
    world = prepared.world()
    visitor = world.app.test_client()
    workspace_id = start(visitor, "192.0.2.9")
    finish(world, workspace_id)
    return workspace_id, visitor.get_cookie("tryout", path=f"/w/{workspace_id}/").value


@pytest.fixture
def ready(browser, installed):
    """The id of the workspace of a try-out that is installed, in this browser."""
    workspace_id, secret = installed
    browser.set_cookie("tryout", secret, path=f"/w/{workspace_id}/")
    return workspace_id


def test_the_page_of_a_template_offers_to_try_it(browser, released):
    form = browser.read(PAGE).find("form", action=START)
    assert form.find("button").get_text() == "試してみる"


def test_without_room_for_try_outs_none_are_offered(app, browser, released):
    app.ports = Ports(app.ports.blobs, app.ports.jobs, tryouts=TryoutRules(most=0))
    assert browser.read(PAGE).find("form", action=START) is None
    assert "上限" in words(browser.send(START, status=429))


def test_starting_leads_to_a_page_that_waits(browser, start, ports):
    workspace_id = start(browser)
    page = browser.read(f"/w/{workspace_id}/tryout")
    assert page.find(id="steps")["hx-get"] == f"/w/{workspace_id}/tryout/steps"
    assert f"/w/{workspace_id}/tryout" in str(page.find("noscript"))
    assert BANNER in page.find("aside").get_text()
    assert len(ports.jobs.asked) == 1


def test_the_cookie_goes_to_this_workspace_alone_and_no_script_reads_it(browser, released):
    answer = browser.post(START)
    cookie = answer.headers["Set-Cookie"]
    place = answer.headers["Location"].removesuffix("tryout")
    parts = {part.strip() for part in cookie.split(";")}
    assert {f"Path={place}", "HttpOnly", "SameSite=Lax", "Max-Age=7200"} <= parts


def test_the_part_that_is_fetched_again_is_no_whole_page(browser, start):
    answer = browser.get(f"/w/{start(browser)}/tryout/steps")
    assert answer.get_data(as_text=True).lstrip().startswith('<div id="steps"')


def test_a_finished_try_out_leads_to_its_apps(browser, ready):
    page = browser.read(f"/w/{ready}/tryout")
    assert "アプリの用意ができました。" in words(page)
    assert [link["href"] for link in page.select("#steps .notification a")] == [
        f"/w/{ready}/k/1/",
        f"/w/{ready}/k/2/",
        f"/w/{ready}/k/3/",
    ]
    assert page.find("a", href=f"/workspaces/{ready}") is None


def test_the_visitor_reads_the_records_under_the_banner(browser, ready):
    for address in (f"/w/{ready}/k/1/?view=すべて", f"/w/{ready}/k/2/?view=すべて"):
        page = browser.read(address)
        assert BANNER in page.find("aside").get_text()
        for link in page.select("tbody a")[:1]:
            assert BANNER in browser.read(link["href"]).find("aside").get_text()


def test_the_breadcrumb_leads_only_where_the_visitor_can_go(browser, ready):
    trail = [link["href"] for link in browser.read(f"/w/{ready}/k/1/").select(".breadcrumb a")]
    assert trail == ["/", f"/w/{ready}/tryout"]


def test_nothing_of_a_try_out_is_kept_by_a_cache(browser, ready):
    for address in (f"/w/{ready}/tryout", f"/w/{ready}/tryout/steps", f"/w/{ready}/k/1/"):
        assert browser.get(address).headers["Cache-Control"] == "no-store"


def test_what_is_not_there_is_not_found(browser, ready):
    assert browser.get(f"/w/{ready}/k/99/").status_code == 404
    assert browser.get(f"/w/{ready}/k/1/show?record=999").status_code == 404


@pytest.mark.parametrize("rest", ["tryout", "tryout/steps", "k/1/", "k/1/show?record=1", "k/v1/apps.json"])
def test_a_stranger_with_the_id_of_a_try_out_finds_nothing(app, sign_in, start, ready, rest):
    address = f"/w/{ready}/{rest}"
    other_visitor = app.test_client()
    start(other_visitor)
    for stranger in (app.test_client(), other_visitor, sign_in("admin")):
        assert stranger.get(address).status_code == 404


def test_the_cookie_of_one_try_out_opens_no_other(app, browser, start):
    other = app.test_client()
    mine, theirs = start(browser), start(other)
    cookie = browser.get_cookie("tryout", path=f"/w/{mine}/")
    other.delete_cookie("tryout", path=f"/w/{theirs}/")
    other.set_cookie("tryout", cookie.value, path=f"/w/{theirs}/")
    assert other.get(f"/w/{theirs}/tryout").status_code == 404


@pytest.mark.parametrize("value", ["", "x", "a.b", '"secret"', "あ"])
def test_a_cookie_that_was_made_up_opens_nothing(app, browser, start, value):
    workspace_id = start(browser)
    stranger = app.test_client()
    stranger.set_cookie("tryout", value, path=f"/w/{workspace_id}/")
    assert stranger.get(f"/w/{workspace_id}/tryout").status_code == 404


def test_a_try_out_whose_time_has_come_is_gone(browser, ready, clock):
    clock.advance(minutes=120)
    for rest in ("tryout", "k/1/"):
        assert browser.get(f"/w/{ready}/{rest}").status_code == 404


def test_one_address_starts_only_so_many(app, start):
    for _ in range(3):
        start(app.test_client())
    page = app.test_client().send(START, status=429)
    assert "3個まで" in words(page)


def test_an_unknown_template_can_not_be_tried(browser, released):
    assert browser.post("/templates/993018/nothing/try").status_code == 404


def test_another_site_can_not_start_try_outs_with_our_visitors(browser, released, ports):
    assert browser.post(START, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert ports.jobs.asked == []


def test_members_see_nothing_of_try_outs_among_their_workspaces(sign_in, browser, start):
    workspace_id = start(browser)
    member = sign_in("admin")
    assert workspace_id not in str(member.read("/workspaces"))
    assert member.get(f"/workspaces/{workspace_id}").status_code == 404


def test_a_member_may_try_a_template_too(sign_in, start, world):
    member = sign_in("reader")
    workspace_id = start(member)
    finish(world, workspace_id)
    assert BANNER in member.read(f"/w/{workspace_id}/k/1/").find("aside").get_text()
    assert member.read("/workspaces").find("aside") is None


def test_a_try_out_takes_records_filled_in_by_hand(browser, ready):
    sheet = Sheet.visit(browser, f"/w/{ready}/k/3/new").fill("制度コード", "S-77").fill("制度名", "試行")
    first = sheet.press("保存する", 303).address
    assert sheet.press("保存する", 303).address == first
    assert "試行" in words(browser.read(first))
