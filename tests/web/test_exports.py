"""The pages on which apps become templates: choose, look, write, follow; with the reader's own rights."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import unit_of_work
from marketplace.exports.models import Export
from marketplace.municipalities.models import Membership
from marketplace.sandbox.sites import add_user
from tests.bundle.factories import make_joined_bundle
from tests.exports.factories import TEXTS, carry_out
from tests.municipalities.factories import fictitious_code
from tests.web.conftest import words

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""Pages do not depend on the database."""
CHOSEN = {"app": "1:実績報告"}


@pytest.fixture(scope="module")
def workspace_id(prepared):
    """A workspace with three joined apps, in whose settings 佐藤 is named."""
    world = prepared.world()
    world.release(make_joined_bundle())
    made = world.open_workspace()
    with unit_of_work(world.app.sessions) as (session, _):
        add_user(session, made, "sato", "佐藤", None)
    world.run(world.start(made, placeholders={"section-chief": "sato"}))
    return made


@pytest.fixture
def survey(app, sign_in, workspace_id):
    """Somebody who has had the report and what it needs looked at, and the address of the survey."""
    browser = sign_in("admin")
    address = browser.post(f"/workspaces/{workspace_id}/exports", data=CHOSEN).headers["Location"]
    carry_out(app, address.rpartition("/")[2])
    return browser, address


def follow(app, browser, answer):
    assert answer.status_code == 303, answer.get_data(as_text=True)[:500]
    address = answer.headers["Location"]
    carry_out(app, address.rpartition("/")[2])
    return browser.read(address)


def test_the_workspace_leads_to_the_choice_only_for_those_who_publish(sign_in, workspace_id):
    link = f"/workspaces/{workspace_id}/exports/new"
    assert sign_in("publisher").read(f"/workspaces/{workspace_id}").find("a", href=link)
    assert not sign_in("installer").read(f"/workspaces/{workspace_id}").find("a", href=link)
    assert sign_in("installer").get(link).status_code == 403


def test_apps_are_looked_for_and_those_chosen_stay(sign_in, workspace_id):
    browser = sign_in("admin")
    page = browser.read(f"/workspaces/{workspace_id}/exports/new?name=マスタ&app=1:実績報告")
    boxes = [(box["value"], box.has_attr("checked")) for box in page.find_all("input", type="checkbox")]
    assert boxes == [("1:実績報告", True), ("3:補助制度マスタ", False)]


def test_choosing_nothing_is_refused_beside_the_boxes(sign_in, workspace_id):
    page = sign_in("admin").send(f"/workspaces/{workspace_id}/exports", {}, 422)
    assert page.find(id="f-apps-error")
    assert page.find("a", href="#f-apps")


def test_a_survey_is_followed_while_it_waits(sign_in, workspace_id):
    browser = sign_in("admin")
    address = browser.post(f"/workspaces/{workspace_id}/exports", data=CHOSEN).headers["Location"]
    page = browser.read(address)
    assert page.find(id="progress")["hx-get"] == f"{address}/progress"
    assert address in str(page.find("noscript"))
    browser.send(f"{address}/cancel")
    assert "取り消しました。" in words(browser.read(address))
    assert "アプリの下調べ" in words(browser.read(f"/workspaces/{workspace_id}/exports"))


def test_a_survey_shows_what_comes_along_and_who_is_replaced(survey):
    browser, address = survey
    text = words(browser.read(address))
    for word in ("補助制度マスタ", "参照されるアプリ", "sato", "補助金申請：一覧"):
        assert word in text
    assert "hx-get" not in str(browser.read(f"{address}/progress"))


def test_pages_that_name_people_are_kept_by_no_cache(survey):
    browser, address = survey
    for path in (address, f"{address}/progress", f"{address}/texts"):
        assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_the_texts_make_a_draft_that_is_reported(app, survey):
    browser, address = survey
    form = browser.read(f"{address}/texts")
    assert form.find(id="f-key-1")["value"] == "report"
    given = {**TEXTS, "key-1": "results", "label-1": "所属長", "label-en-1": "Section chief", "records-3": "2"}
    page = follow(app, browser, browser.post(f"{address}/texts", data=given))
    text = words(page)
    for word in ("版 1.0.0", "results", "所属長", "section-chief"):
        assert word in text
    draft = page.find("a", string="下書きを開く")["href"]
    assert "自作アプリ" in words(browser.read(draft))


REFUSED = [
    ({"slug": "Bad"}, "f-slug"),
    ({"name": ""}, "f-name"),
    ({"category": ""}, "f-category"),
    ({"records-1": "viele"}, "f-sample_records"),
    ({"records-1": "500"}, "f-sample_records"),
    ({"key-1": "same", "key-2": "same"}, "f-keys"),
    ({"placeholder-key-1": "A!"}, "f-placeholders"),
]


def test_texts_that_do_not_fit_are_refused_in_place_and_kept(survey):
    browser, address = survey
    for changes, place in REFUSED:
        page = browser.send(f"{address}/texts", {**TEXTS, "summary_en": "Kept.", **changes}, 422)
        assert page.find("a", href=f"#{place}"), place
        assert page.find(id=place)
        assert page.find(id="f-summary_en").get_text().strip() == "Kept."


def test_the_next_version_begins_with_the_texts_of_the_one_before(app, world, sign_in, workspace_id):
    world.release(make_joined_bundle(), publisher="992011")
    browser = sign_in("admin")
    choice = browser.read(f"/workspaces/{workspace_id}/exports/new")
    slug = "subsidy-grant-management"
    assert choice.find("option", value=slug)
    survey = browser.post(f"/workspaces/{workspace_id}/exports", data={**CHOSEN, "slug": slug})
    follow(app, browser, survey)
    form = browser.read(f"{survey.headers['Location']}/texts")
    assert form.find(id="f-name")["value"] == make_joined_bundle().manifest.name.ja
    assert "版 1.0.0 の次の版" in words(form)


def test_a_member_reads_with_the_rights_they_have(app, sign_in, session, workspace_id):
    browser = sign_in("publisher")
    text = words(follow(app, browser, browser.post(f"/workspaces/{workspace_id}/exports", data=CHOSEN)))
    assert "途中で止まりました" in text or "アプリ管理" in text
    assert "必要な権限" in text


def test_a_member_who_left_reads_nothing_any_more(app, sign_in, session, workspace_id):
    browser = sign_in("admin")
    address = browser.post(f"/workspaces/{workspace_id}/exports", data=CHOSEN).headers["Location"]
    for membership in session.scalars(select(Membership)):
        session.delete(membership)
    session.commit()
    export_id = address.rpartition("/")[2]
    carry_out(app, export_id)
    session.expire_all()
    assert session.get_one(Export, export_id).error["code"] == "CB_WA01"


def test_another_municipality_sees_nothing_of_it(sign_in, survey, workspace_id):
    _, address = survey
    stranger = sign_in("admin", fictitious_code())
    for path in (address, f"{address}/progress", f"{address}/texts", f"/workspaces/{workspace_id}/exports"):
        assert stranger.get(path).status_code == 404
    for path in (f"{address}/cancel", f"{address}/retry", f"{address}/texts"):
        assert stranger.post(path).status_code == 404


def test_the_texts_of_what_is_no_survey_are_not_asked_for(sign_in, workspace_id):
    browser = sign_in("admin")
    address = browser.post(f"/workspaces/{workspace_id}/exports", data=CHOSEN).headers["Location"]
    assert browser.get(f"{address}/texts").status_code == 409
