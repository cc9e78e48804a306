"""What the pages of an installed app show to whom: each member meets the app's rights as the user they are."""

from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs.run import run_import
from marketplace.sandbox.apps import find_app
from marketplace.sandbox.models import AppSettings, Part, Record, SiteUser, Stage
from marketplace.transports import connect_in_process
from tests.bundle.factories import make_joined_bundle
from tests.kintone_api.conftest import credentials
from tests.sandbox_rights.factories import EVERYONE, allows, field_right, grants, record_right
from tests.web.conftest import words
from tests.web.factories import PAGE

MASTER, REQUESTS = 3, 2


@pytest.fixture(scope="module")
def installed(prepared):
    """The id of a workspace with three joined apps, installed by nobody in particular."""
    return prepared.world().install()[0]


@pytest.fixture
def restrict(app, installed):
    """Put rights of an app into use."""

    def make(part, *rights, app_id=MASTER):
        with unit_of_work(app.sessions) as (session, _):
            found = find_app(session, installed, app_id)
            row = AppSettings(app_pk=found.pk, stage=Stage.LIVE, part=part, document={"rights": list(rights)})
            session.merge(row)

    return make


def address(installed, app_id=MASTER):
    return f"/w/{installed}/k/{app_id}/"


def numbers(page):
    return [link["href"].rpartition("=")[2] for link in page.select("tbody th a[href*='record=']")]


def test_a_member_without_a_right_on_the_app_is_told_so(sign_in, installed, restrict):
    closed = {"entity": {"type": "CREATOR", "code": None}, "includeSubs": False}
    flags = ("appEditable", "recordViewable", "recordAddable", "recordEditable", "recordDeletable")
    restrict(Part.APP_ACL, closed | dict.fromkeys(flags, True))
    for path in ("", "show?record=1"):
        page = sign_in("reader").read(address(installed) + path, 403)
        assert "アクセス権" in words(page)
    assert sign_in("installer").get(address(installed)).status_code == 200


def test_the_workspace_names_the_apps_that_a_member_may_open_only(sign_in, installed, restrict):
    closed = {"entity": {"type": "CREATOR", "code": None}, "includeSubs": False}
    restrict(Part.APP_ACL, closed | {"recordViewable": True})
    reader = sign_in("reader")
    page = reader.read(f"/workspaces/{installed}")
    opened = [reader.get(address(installed, app_id)).status_code for app_id in (1, REQUESTS, MASTER)]
    assert opened == [200, 403, 403]  # the template itself keeps the requests to the staff
    assert [link["href"] for link in page.select(".card a")] == [address(installed, 1)]
    assert "開く権限のないアプリが、ほかに2件あります。" in words(page)
    everything = sign_in("admin").read(f"/workspaces/{installed}")
    assert all(everything.find("a", href=address(installed, app_id)) for app_id in (1, REQUESTS, MASTER))
    assert "開く権限" not in words(everything)


def test_a_hidden_record_is_in_no_list_and_refused(sign_in, installed, restrict):
    everything = numbers(sign_in("reader").read(address(installed) + "?view=すべて"))
    assert "1" in everything
    restrict(Part.RECORD_ACL, record_right("レコード番号 = 1", grants(*EVERYONE)))
    browser = sign_in("reader")
    assert numbers(browser.read(address(installed) + "?view=すべて")) == [each for each in everything if each != "1"]
    assert browser.get(address(installed) + "show?record=1").status_code == 403


def test_a_hidden_field_is_on_no_page(sign_in, installed, restrict):
    restrict(Part.FIELD_ACL, field_right("制度名", allows(*EVERYONE, "NONE")))
    browser = sign_in("reader")
    page = browser.read(address(installed) + "?view=すべて")
    shown = browser.read(address(installed) + "show?record=1")
    assert "制度名" not in words(page)
    assert "商店街活性化" not in words(page)
    assert "制度名" not in [label.get_text() for label in shown.select(".record-field dt")]
    assert "商店街活性化" not in words(shown)


def test_a_list_that_needs_a_hidden_field_is_not_offered(app, sign_in, installed, restrict):
    with unit_of_work(app.sessions) as (session, _):
        found = find_app(session, installed, MASTER)
        views = {
            "名で": {"type": "LIST", "name": "名で", "index": "0", "filterCond": '制度名 != ""', "sort": ""},
            "番号で": {"type": "LIST", "name": "番号で", "index": "1", "filterCond": "", "sort": "$id asc"},
            "並べて": {"type": "LIST", "name": "並べて", "index": "2", "filterCond": "", "sort": "制度名 asc"},
        }
        session.merge(AppSettings(app_pk=found.pk, stage=Stage.LIVE, part=Part.VIEWS, document={"views": views}))
    restrict(Part.FIELD_ACL, field_right("制度名", allows(*EVERYONE, "NONE")))
    page = sign_in("reader").read(address(installed))
    assert [tab.get_text() for tab in page.select(".tabs a")] == ["番号で", "すべて"]


def test_related_records_the_reader_may_not_see_stay_out(sign_in, installed, restrict):
    def related():
        page = sign_in("installer").read(address(installed) + "show?record=1")
        return next(table for table in page.find_all("table") if table.caption.get_text() == "申請一覧").get_text()

    assert "関連するレコードはありません" not in related()
    restrict(Part.RECORD_ACL, record_right("", grants(*EVERYONE)), app_id=REQUESTS)
    assert "関連するレコードはありません" in related()


@pytest.fixture
def installed_by_member(app, sign_in, world):
    """A workspace, and the browser of the member who installed into it through the pages."""
    world.release(make_joined_bundle())
    workspace_id = world.open_workspace()
    browser = sign_in("installer")
    order = {"workspace_id": workspace_id, "version": "1.0.0", "sample_records": "yes", "act": "start"}
    answer = browser.post(f"{PAGE}/install", data=order)
    import_id = answer.headers["Location"].rpartition("/")[2]
    run_import(app.sessions, app.ports, connect_in_process(app), import_id, app.now, lambda _: None)
    return workspace_id, browser


def test_the_apps_of_an_install_belong_to_the_member_who_started_it(app, installed_by_member):
    workspace_id, _browser = installed_by_member
    with unit_of_work(app.sessions) as (session, _):
        member = session.query(SiteUser).filter(SiteUser.site_id == workspace_id, SiteUser.person_id.is_not(None)).one()
        made = [find_app(session, workspace_id, number) for number in (1, 2, 3)]
        assert {each.creator for each in made} == {member.code}
        assert {record.creator for record in session.query(Record)} == {member.code}


def test_the_apps_of_an_install_without_a_person_belong_to_the_administrator(app, installed):
    with unit_of_work(app.sessions) as (session, _):
        assert find_app(session, installed, MASTER).creator == "Administrator"


def test_a_member_s_records_bear_their_name(app, sign_in, world):
    """The pages only read so far, so the member's user writes through the API."""
    reader = sign_in("reader")
    workspace_id = world.open_workspace()
    admin = sign_in("admin")
    listed = admin.read(f"/workspaces/{workspace_id}/people")
    link = next(row.a["href"] for row in listed.select("tbody tr") if "構成員" in row.get_text())
    code, password = (each.get_text() for each in admin.send(f"{link}/password", status=200).select("code.secret"))
    headers, base = credentials(code, password), f"/w/{workspace_id}/k/v1/"
    client = app.test_client()
    app_id = client.post(f"{base}preview/app.json", json={"name": "台帳"}, headers=headers).json["app"]
    client.post(f"{base}preview/app/deploy.json", json={"apps": [{"app": app_id}]}, headers=headers)
    client.post(f"{base}record.json", json={"app": app_id}, headers=headers)
    record = client.get(f"{base}record.json", query_string={"app": app_id, "id": 1}, headers=headers).json["record"]
    assert record["作成者"]["value"] == {"code": code, "name": "見本 花子"}
    assert numbers(reader.read(address(workspace_id, app_id) + "?view=すべて")) == ["1"]
