import pytest

from tests.bundle.factories import make_joined_bundle
from tests.municipalities.factories import fictitious_code
from tests.web.conftest import words
from tests.web.factories import PAGE

FORM = f"{PAGE}/install"


@pytest.fixture
def workspace_id(world):
    world.release(make_joined_bundle())
    return world.open_workspace()


def order(workspace_id, act="plan", **changes):
    return {"workspace_id": workspace_id, "version": "1.0.0", "sample_records": "yes", "act": act, **changes}


def test_the_form_offers_the_workspaces_the_versions_and_the_placeholders(sign_in, workspace_id):
    page = sign_in("installer").read(FORM)
    assert page.find(id="f-workspace_id").find("option")["value"] == workspace_id
    assert page.find(id="f-version").find("option").get_text() == "1.0.0"
    assert page.find(id="f-placeholder-section-chief")


def test_without_a_workspace_the_form_leads_to_making_one(sign_in, world):
    world.release()
    assert sign_in("admin").read(FORM).select_one(".empty a")["href"] == "/workspaces"


def test_the_plan_is_shown_before_anything_is_made(sign_in, workspace_id, ports):
    page = sign_in("installer").send(FORM, order(workspace_id), 200)
    assert page.find(id="plan").find("button", value="start")
    assert "補助金申請" in page.find(id="plan").get_text()
    assert ports.jobs.asked == []


def test_the_plan_keeps_what_was_entered(sign_in, workspace_id):
    page = sign_in("installer").send(FORM, order(workspace_id, **{"placeholder-section-chief": "sato"}), 200)
    field = page.find(id="f-placeholder-section-chief")
    assert field.find("option", selected=True)["value"] == "sato"
    assert "見つかりません" in page.find(id="f-placeholder-section-chief-error").get_text()


def test_starting_leads_to_the_progress_and_wakes_the_worker(sign_in, workspace_id, ports):
    answer = sign_in("installer").post(FORM, data=order(workspace_id, "start"))
    import_id = answer.headers["Location"].removeprefix("/imports/")
    assert answer.status_code == 303
    assert ports.jobs.asked == [("import", import_id)]


def test_a_second_start_is_refused_beside_the_form(sign_in, workspace_id):
    browser = sign_in("installer")
    browser.post(FORM, data=order(workspace_id, "start"))
    page = browser.send(FORM, order(workspace_id, "start"), 409)
    assert page.find(role="alert")


@pytest.mark.parametrize("changes", [{"workspace_id": "other"}, {"version": "9.9.9"}, {"placeholder-none": "sato"}])
def test_an_order_that_cannot_be_is_refused_beside_the_form(sign_in, workspace_id, changes):
    page = sign_in("installer").send(FORM, order(workspace_id) | changes, 422 if "placeholder-none" in changes else 404)
    assert page.find(role="alert")


@pytest.mark.parametrize("role", ["reader", "publisher"])
def test_those_who_may_not_install_do_not_get_the_form(sign_in, workspace_id, role):
    assert sign_in(role).get(FORM).status_code == 403


def test_progress_is_fetched_again_while_it_goes_on(sign_in, world, workspace_id):
    import_id = world.start(workspace_id)
    page = sign_in("reader").read(f"/imports/{import_id}")
    steps = page.find(id="steps")
    assert steps["hx-get"] == f"/imports/{import_id}/steps"
    assert f"/imports/{import_id}" in str(page.find("noscript"))
    assert steps.select(".step-pending")


def test_the_part_that_is_fetched_again_is_no_whole_page(sign_in, world, workspace_id):
    answer = sign_in("reader").get(f"/imports/{world.start(workspace_id)}/steps")
    assert answer.get_data(as_text=True).lstrip().startswith('<div id="steps"')


def test_a_finished_import_links_to_its_apps_and_rests(sign_in, world):
    workspace_id, import_id = world.install()
    steps = sign_in("reader").read(f"/imports/{import_id}").find(id="steps")
    assert not steps.has_attr("hx-get")
    assert [link["href"] for link in steps.select(".notification a")] == [
        f"/w/{workspace_id}/k/1/",
        f"/w/{workspace_id}/k/2/",
        f"/w/{workspace_id}/k/3/",
    ]


def test_an_import_can_be_cancelled(sign_in, world, workspace_id):
    import_id = world.start(workspace_id)
    browser = sign_in("installer")
    browser.send(f"/imports/{import_id}/cancel")
    assert "導入を取り消しました。" in words(browser.read(f"/imports/{import_id}"))


def test_only_a_failed_import_can_be_resumed(sign_in, world, workspace_id):
    assert sign_in("installer").post(f"/imports/{world.start(workspace_id)}/retry").status_code == 409


def test_a_reader_watches_but_gets_no_buttons(sign_in, world, workspace_id):
    page = sign_in("reader").read(f"/imports/{world.start(workspace_id)}")
    assert page.main.find("button") is None


@pytest.mark.parametrize("rest", ["", "/steps"])
def test_another_municipality_learns_nothing_of_an_import(sign_in, world, workspace_id, rest):
    import_id = world.start(workspace_id)
    assert sign_in("admin", fictitious_code()).get(f"/imports/{import_id}{rest}").status_code == 404


def test_a_stranger_is_asked_to_sign_in(browser, world, workspace_id):
    assert browser.get(f"/imports/{world.start(workspace_id)}").status_code == 401
    assert browser.get(FORM).status_code == 401
