import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import unit_of_work
from marketplace.kernel.text import Text
from marketplace.sandbox import apps, sites
from marketplace.sandbox.deploys.going_live import end
from marketplace.sandbox.deploys.services import deploy_apps
from marketplace.sandbox.models import App, DeployStatus
from tests.bundle.factories import make_joined_bundle
from tests.municipalities.factories import fictitious_code
from tests.web.conftest import words


@pytest.fixture(scope="module")
def installed(prepared):
    """The id of a workspace with three joined apps."""
    return prepared.world().install()[0]


def records_of(browser, workspace_id, app_name):
    """Return the address of an installed app's records, found as people do."""
    return browser.read(f"/workspaces/{workspace_id}").find("a", string=app_name)["href"]


def test_a_workspace_is_made_and_its_password_shown_once(sign_in):
    browser = sign_in("admin")
    page = browser.send("/workspaces", {"name": "情報政策課 検証用"}, 201)
    secret = page.select("code.secret")[1].get_text()
    address = browser.read("/workspaces").select_one(".card a")["href"]
    assert page.find("h1").get_text() == "情報政策課 検証用"
    assert len(secret) > 20
    assert secret not in browser.get(address).get_data(as_text=True)


def test_a_workspace_without_a_name_is_refused_beside_the_field(sign_in):
    page = sign_in("admin").send("/workspaces", {"name": " "}, 422)
    assert page.find(id="f-name")["aria-invalid"] == "true"
    assert page.find(role="alert").find("a")["href"] == "#f-name"


def test_a_reader_sees_the_workspaces_but_cannot_make_one(sign_in, world):
    world.open_workspace(name="検証用")
    browser = sign_in("reader")
    page = browser.read("/workspaces")
    assert page.select_one(".card a").get_text() == "検証用"
    assert page.main.find("form") is None
    assert browser.post("/workspaces", data={"name": "別"}).status_code == 403


def test_the_password_is_renewed_only_by_those_who_manage(sign_in, world):
    workspace_id = world.open_workspace()
    assert sign_in("reader").post(f"/workspaces/{workspace_id}/password").status_code == 403
    assert sign_in("admin").send(f"/workspaces/{workspace_id}/password", status=200).select("code.secret")


def test_a_workspace_links_to_its_installed_apps(sign_in, installed):
    page = sign_in("reader").read(f"/workspaces/{installed}")
    assert f"/w/{installed}/k/1/" in [link["href"] for link in page.select("h4.card-title a")]


def test_a_workspace_links_to_apps_that_no_installation_made(sign_in, app, installed, clock):
    with unit_of_work(app.sessions) as (session, _):
        owner = sites.owner(session, installed)
        made = apps.create_app(session, owner, "手作りの台帳", None, None, clock())
        deploy_apps(session, owner, [(made.app_id, None)], False, clock())
        address = f"/w/{installed}/k/{made.app_id}/"
    page = sign_in("admin").read(f"/workspaces/{installed}")
    assert page.find("a", string="手作りの台帳")["href"] == address
    assert [link.get_text() for link in page.select("h3.card-title a")] == ["手作りの台帳"]


def test_only_those_who_manage_find_the_settings_of_the_apps(sign_in, installed):
    settings = f"/w/{installed}/k/1/settings"
    assert sign_in("admin").read(f"/workspaces/{installed}").find("a", href=settings)
    assert sign_in("reader").read(f"/workspaces/{installed}").find("a", href=settings) is None


def test_a_newer_version_is_told_with_its_differences(sign_in, world, installed):
    browser = sign_in("reader")
    assert "/diff/" not in str(browser.read(f"/workspaces/{installed}"))
    world.release(make_joined_bundle(version="1.1.0"))
    page = browser.read(f"/workspaces/{installed}")
    links = [link["href"] for link in page.select("a[href*='/diff/']")]
    assert [link.rpartition("/versions/")[2] for link in links] == ["1.0.0/diff/1.1.0"]


@pytest.mark.parametrize(
    ("language", "reason"), [("ja", "値が重複しています。"), ("en", "Values are repeated.")], ids=["ja", "en"]
)
def test_an_app_whose_settings_could_not_be_deployed_is_told_with_the_reason(
    sign_in, world, installed, language, reason
):
    with unit_of_work(world.app.sessions) as (session, _):
        app = session.scalars(select(App).where(App.app_id == 2)).one()
        end(app, DeployStatus.FAIL, Text("値が重複しています。", "Values are repeated."))
    browser = sign_in("reader")
    page = browser.read(f"/workspaces/{installed}?lang={language}")
    (told,) = page.select(".notification.warning li")
    assert app.name in told.get_text()
    assert told.get_text().endswith(reason)


def test_an_import_that_goes_on_is_listed_apart(sign_in, world, installed):
    import_id = world.start(installed)
    page = sign_in("reader").read(f"/workspaces/{installed}")
    assert page.find("h2").get_text() == "実行中の導入処理"
    assert page.find("a", href=f"/imports/{import_id}")


def test_a_workspace_tells_what_it_holds_and_may_hold(sign_in, installed):
    page = sign_in("reader").read(f"/workspaces/{installed}")
    table = page.find("caption", string="このワークスペースの使用量と上限").parent
    rows = {row.th.get_text(): [cell.get_text() for cell in row.find_all("td")] for row in table.tbody.find_all("tr")}
    assert rows["アプリ"] == ["3", "1,000"]
    assert rows["利用者"] == ["1", "1,000"]
    assert int(rows["レコード"][0]) > 0
    assert rows["ファイル"] == ["1KB", "5,120MB"]


def test_the_records_of_an_installed_app_are_listed(sign_in, installed):
    browser = sign_in("reader")
    address = records_of(browser, installed, "補助制度マスタ")
    page = browser.read(address)
    assert "商店街活性化" in words(page)
    assert page.select_one("tbody a")["href"].startswith(f"{address}show?record=")


def test_a_list_can_be_chosen_by_its_name(sign_in, installed):
    browser = sign_in("installer")
    page = browser.read(records_of(browser, installed, "補助金申請") + "?view=すべて")
    assert page.select_one(".tabs [aria-current]").get_text() == "すべて"


@pytest.mark.parametrize("query", ["offset=x", "offset=-5", "offset=99999999999", "view=%00", "offset=%EF%BC%91"])
def test_an_address_of_a_list_that_makes_no_sense_shows_the_list(sign_in, installed, query):
    assert sign_in("reader").get(f"/w/{installed}/k/1/?{query}").status_code == 200


def test_a_record_is_laid_out_with_its_related_records(sign_in, installed):
    browser = sign_in("installer")
    page = browser.read(records_of(browser, installed, "補助制度マスタ") + "show?record=1")
    assert [label.get_text() for label in page.select(".shown-field dt")][:2] == ["制度コード", "制度名"]
    assert "申請一覧" in [caption.get_text() for caption in page.find_all("caption")]


def test_every_record_of_every_installed_app_can_be_opened(sign_in, installed):
    browser = sign_in("installer")
    for app_id in (1, 2, 3):
        page = browser.read(f"/w/{installed}/k/{app_id}/?view=すべて")
        for link in page.select("tbody a")[:3]:
            browser.read(link["href"])


@pytest.mark.parametrize(
    "rest", ["k/99/", "k/1/show?record=999", "k/1/show", "k/1/show?record=0", "k/99/show?record=1"]
)
def test_what_is_not_there_is_not_found(sign_in, installed, rest):
    assert sign_in("reader").get(f"/w/{installed}/{rest}").status_code == 404


@pytest.mark.parametrize("address", ["/workspaces/{}", "/w/{}/k/1/", "/w/{}/k/1/show?record=1"])
def test_another_municipality_learns_nothing(sign_in, installed, address):
    assert sign_in("admin", fictitious_code()).get(address.format(installed)).status_code == 404


@pytest.mark.parametrize("address", ["/workspaces/{}", "/w/{}/k/1/", "/w/{}/k/1/show?record=1"])
def test_a_stranger_is_asked_to_sign_in(browser, installed, address):
    assert browser.get(address.format(installed)).status_code == 401


def test_what_only_members_see_is_kept_by_no_cache(sign_in, installed):
    assert sign_in("reader").get(f"/w/{installed}/k/1/").headers["Cache-Control"] == "no-store"
