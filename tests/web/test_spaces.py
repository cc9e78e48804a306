"""The page of a workspace's spaces and plug-ins."""

from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import unit_of_work
from marketplace.sandbox import apps, sites
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.deploys.services import deploy_apps
from marketplace.sandbox.files import store_upload
from marketplace.sandbox.plugins.services import install_plugin
from marketplace.sandbox.settings.plugins import add_plugins
from marketplace.sandbox.spaces.services import NewSpace, create_space
from tests.plugin_packages import make_package
from tests.web.conftest import parse, words


@pytest.fixture
def workspace(world):
    """A workspace without anything."""
    return world.open_workspace(name="検証用")


@pytest.fixture
def filled(workspace, app, ports, clock):
    """The workspace with two spaces, an app in the guest space, and a plug-in the app uses."""
    with unit_of_work(app.sessions) as (session, _):
        caller: Caller = sites.owner(session, workspace)
        create_space(session, caller, 1, NewSpace("防災", False, False, False), clock())
        guests = create_space(session, caller, 1, NewSpace("<b>事業者</b>", False, True, False), clock())
        key = store_upload(
            session, ports.blobs, workspace, name="a.zip", content_type="", data=make_package(), now=clock()
        )
        plugin = install_plugin(session, ports.blobs, caller, key, clock())
        made = apps.create_app(session, caller, "見積", guests.space_id, None, clock())
        add_plugins(apps.open_preview(session, caller, made.app_id, None, clock()), [plugin.id])
        deploy_apps(session, caller, [(made.app_id, None)], False, clock())
    return workspace


def test_an_empty_workspace_says_so(sign_in, workspace):
    page = sign_in("reader").read(f"/workspaces/{workspace}/spaces")
    assert [each.get_text() for each in page.select(".empty .label")] == [
        "スペースは、まだありません。",
        "プラグインは、まだありません。",
    ]


def test_spaces_and_plug_ins_are_listed_with_their_apps(sign_in, filled):
    browser = sign_in("admin")
    assert browser.read(f"/workspaces/{filled}").find("a", href=f"/workspaces/{filled}/spaces")
    page = browser.read(f"/workspaces/{filled}/spaces")
    spaces, plugins = ([words_of(row) for row in body.select("tr")] for body in page.select("tbody"))
    assert spaces == [["1", "防災", "全員", "なし"], ["2", "<b>事業者</b>", "ゲストスペース", "見積"]]
    assert [row[:3] for row in plugins] == [["帳票", "1.2", "見積"]]
    assert [link["href"] for link in page.select("tbody a")] == [f"/w/{filled}/k/1/"] * 2


def test_the_list_speaks_english_too(sign_in, filled):
    answer = sign_in("admin").get(f"/workspaces/{filled}/spaces", headers={"Accept-Language": "en"})
    page = parse(answer, 200)
    assert page.find("h1").get_text() == "Spaces and plug-ins"
    assert page.select_one("tbody:last-of-type th[scope=row]")
    assert "Report" in words(page)
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_app_of_a_guest_space_opens_for_those_who_belong_to_it(sign_in, filled):
    assert "見積" in words(sign_in("admin").read(f"/w/{filled}/k/1/"))
    sign_in("reader").read(f"/w/{filled}/k/1/", 403)


def test_who_does_not_belong_to_a_private_space_learns_nothing_of_it(sign_in, filled):
    page = sign_in("reader").read(f"/workspaces/{filled}/spaces")
    assert "防災" in words(page)
    assert "帳票" in words(page)
    assert "事業者" not in words(page)
    assert page.select("tbody a") == []


def words_of(row):
    return [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
