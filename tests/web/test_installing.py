import pytest

from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle
from tests.municipalities.factories import fictitious_code
from tests.web.conftest import words
from tests.web.factories import PAGE

FORM = f"{PAGE}/install"
LIST = "localise-request/地区"


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


def test_the_form_holds_the_templates_options_and_names(sign_in, workspace_id):
    page = sign_in("installer").read(FORM)
    assert page.find(id=f"f-{LIST}").get_text().splitlines() == ["東地区", "西地区"]
    assert page.find(id="f-app-name-request")["value"] == "補助金申請"
    assert page.find(id="f-space") is None, "the workspace has no spaces"


def test_the_people_of_the_workspace_are_offered(sign_in, workspace_id):
    page = sign_in("installer").read(FORM)
    assert "Administrator" in [option["value"] for option in page.select("#f-placeholder-section-chief option")]


def test_another_workspace_can_be_chosen_before_anything_is_planned(sign_in, world, workspace_id):
    other = world.open_workspace(name="本番")
    page = sign_in("installer").send(FORM, order(other, "choose", **{LIST: ""}), 200)
    assert page.find(id="f-workspace_id").find("option", selected=True)["value"] == other
    assert page.find(id="plan") is None
    assert page.find(role="alert") is None
    assert page.find(id=f"f-{LIST}").get_text().strip() == ""


def test_the_plan_tells_of_other_names_and_options(sign_in, workspace_id):
    wishes = {LIST: "本町\n\n　駅前", "app-name-request": "補助金（試行）"}
    plan = sign_in("installer").send(FORM, order(workspace_id, **wishes), 200).find(id="plan").get_text()
    for told in ("テンプレートの名前：補助金申請", "「東地区」を「本町」に読み替えます。", "問題なし"):
        assert told in plan


@pytest.mark.parametrize(
    ("wishes", "control"),
    [
        ({LIST: "第1地区\n第１地区"}, f"f-{LIST}"),
        ({LIST: " "}, f"f-{LIST}"),
        ({"app-name-request": "あ" * 65}, "f-app-name-request"),
        ({"placeholder-section-chief": "x" * 129}, "f-placeholder-section-chief"),
    ],
)
def test_what_is_wrong_is_told_beside_its_control_and_kept(sign_in, workspace_id, wishes, control):
    page = sign_in("installer").send(FORM, order(workspace_id, **wishes), 422)
    assert page.find(role="alert").find("a", href=f"#{control}")
    assert page.find(id=f"{control}-error").get_text(strip=True)
    assert page.find(id="plan") is None


def test_a_condition_that_needs_an_option_is_named(sign_in, workspace_id):
    page = sign_in("installer").send(FORM, order(workspace_id, **{LIST: "西地区"}), 422)
    assert "一覧「一覧」" in page.find(role="alert").get_text()


def test_what_the_plan_showed_is_started_and_stands_on_the_receipt(sign_in, world, workspace_id):
    browser = sign_in("installer")
    wishes = {LIST: "本町\n駅前", "app-name-request": "補助金（試行）"}
    import_page = browser.post(FORM, data=order(workspace_id, "start", **wishes)).headers["Location"]
    world.run(import_page.removeprefix("/imports/"))
    assert "「補助金（試行）」のレコードを開く" in words(browser.read(import_page))
    receipt = words(browser.read(f"{import_page}/receipt"))
    assert "テンプレートでは「補助金申請」" in receipt
    assert "本町、駅前" in receipt


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


def test_samples_that_stay_behind_are_named_beside_the_outcome(sign_in, world):
    nobody = {"type": "ONE", "entities": []}
    states = {
        name: {"name": name, "index": str(index), "assignee": nobody} for index, name in enumerate(("受付", "完了"))
    }
    actions = [{"name": "終える", "from": "受付", "to": "完了", "filterCond": '件名 = "済"'}]
    app = make_app(
        "申請",
        make_field("SINGLE_LINE_TEXT", "件名"),
        process={"enable": True, "states": states, "actions": actions},
        records={"records": [{"件名": {"value": "まだ"}, "$status": {"value": "完了"}}]},
    )
    _workspace_id, import_id = world.install(make_bundle({"request": app}))
    browser = sign_in("admin")
    told = words(browser.read(f"/imports/{import_id}").select_one(".notification.success"))
    assert "サンプルレコード1件は" in told
    assert "「作業者」と表示されている人がログインして" in told
    assert "「作業者」と表示されている人がログインして" in words(browser.read(f"/imports/{import_id}/receipt"))
