"""The workspace is looked at before anything is made in it: of a built-in one everything is known."""

from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs import services
from marketplace.installs.errors import (
    AppKeyUnknownError,
    LocaliseInUseError,
    LocaliseUnknownError,
    SpaceUnusableError,
    ThreadUnusableError,
)
from marketplace.installs.plan import make_plan
from marketplace.installs.survey.findings import Item, Outcome
from marketplace.installs.survey.looking import survey_plan
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.limits import SiteLimits
from marketplace.kintone.client import Stage, Upload
from marketplace.sandbox import sites
from marketplace.sandbox.models import Site
from marketplace.sandbox.people import services as people
from marketplace.sandbox.plugins.package import read_package
from marketplace.sandbox.spaces.services import NewSpace, create_space
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.installs.factories import make_order
from tests.installs.test_builtin_workspace import BuiltIn
from tests.plugin_packages import make_package

NORTH = {"app": "request", "field": "地区", "options": ["本町", "駅前"]}


class Office:
    """A municipality with a built-in workspace in which the template is ordered once, and perhaps installed."""

    def __init__(self, worker):
        self.worker, self.built_in = worker, BuiltIn(worker)

    def open(self, bundle=None, *, is_installed=False, **changes):
        self.import_id = self.built_in.order(bundle, **changes)
        self.site_id = self.built_in.site_id
        if is_installed:
            self.built_in.run(self.import_id)
        else:
            self.worker.act(services.cancel_import, self.import_id)

    def plan(self, **changes):
        with unit_of_work(self.worker.sessions) as (session, after_commit):
            ctx = Context(session, SYSTEM, self.worker.clock, after_commit, self.worker.ports)
            return survey_plan(ctx, make_plan(ctx, self.site_id, make_order(**changes)))

    def install(self, **changes):
        with unit_of_work(self.worker.sessions) as (session, after_commit):
            ctx = Context(session, SYSTEM, self.worker.clock, after_commit, self.worker.ports)
            import_id = services.start_import(ctx, self.site_id, make_order(**changes)).id
        self.built_in.run(import_id)
        progress = self.worker.progress(import_id)
        assert progress.failure is None, progress.failure
        return progress

    def make_space(self, name="産業振興課", **kinds):
        new = NewSpace(name, kinds.get("is_private", False), kinds.get("is_guest", False), fixed_member=False)
        with unit_of_work(self.worker.sessions) as (session, _):
            space = create_space(session, sites.owner(session, self.site_id), 1, new, self.worker.clock())
            return str(space.space_id), str(space.default_thread)

    def change(self, act):
        with unit_of_work(self.worker.sessions) as (session, _):
            return act(session)


@pytest.fixture
def office(worker):
    return Office(worker)


def found(plan, item):
    return next((one.outcome for one in plan.survey.findings if one.item is item), None)


def test_an_empty_workspace_lacks_nothing(office):
    office.open()
    plan = office.plan()
    assert {one.outcome for one in plan.survey.findings} == {Outcome.OK}
    assert plan.survey.was_reached
    assert (plan.survey.same_names, plan.survey.apps_there) == ((), 0)


def test_apps_of_the_same_name_are_told_with_the_installation_they_came_with(office):
    office.open(is_installed=True)
    plan = office.plan()
    installation = office.worker.progress(office.import_id).import_.installation_id
    assert found(plan, Item.SAME_NAMES) is Outcome.LACKING
    assert {(one.app_key, one.installation_id) for one in plan.survey.same_names} == {
        ("report", installation),
        ("request", installation),
        ("program", installation),
    }
    assert {one.address for one in plan.survey.same_names} == {f"/w/{office.site_id}/k/{at}/" for at in (1, 2, 3)}


def test_apps_with_other_names_are_not_alike_and_are_verified_under_these(office):
    office.open(is_installed=True)
    names = {key: f"{key}（試行）" for key in ("report", "request", "program")}
    assert office.plan(app_names=names).survey.same_names == ()
    progress = office.install(app_names=names)
    assert progress.steps[-1].outcome["result"] == "identical"
    client = office.built_in.client
    assert client.get_settings(progress.app_ids["request"], Stage.LIVE)["name"] == "request（試行）"
    assert progress.import_.app_names == names


def test_codes_nobody_has_are_told(office):
    office.open()
    plan = office.plan(placeholders={"section-chief": "abe"})
    assert found(plan, Item.PEOPLE) is Outcome.LACKING
    assert plan.survey.unknown_codes == ("section-chief",)
    assert any("abe" in one.text.ja and "所属長" in one.text.ja for one in plan.survey.findings)


def test_groups_and_organisations_are_looked_for_among_their_kind(office):
    placeholders = [
        {"key": "desk", "kind": "GROUP", "label": {"ja": "窓口", "en": "Desk"}},
        {"key": "staff", "kind": "GROUP", "label": {"ja": "職員", "en": "Staff"}},
        {"key": "section", "kind": "ORGANIZATION", "label": {"ja": "課", "en": "Section"}},
    ]
    office.open(make_bundle(placeholders=placeholders), placeholders={})
    office.change(lambda session: people.add_group(session, office.site_id, "desk", "窓口"))
    codes = {"desk": "desk", "staff": "everyone", "section": "desk"}
    assert office.plan(placeholders=codes).survey.unknown_codes == ("section",)


def test_plugins_that_are_missing_are_told_by_name(office):
    package = make_package()
    plugin = read_package(package).id
    named = {"plugins": [{"id": plugin, "name": "帳票", "enabled": True}]}
    office.open(make_bundle({"request": make_app("申請", make_field("DATE", "日"), plugins=named)}), placeholders={})
    plan = office.plan(placeholders={})
    assert plan.survey.missing_plugins == (plugin,)
    assert any("帳票" in one.text.ja for one in plan.survey.findings if one.item is Item.PLUGINS)
    client = office.built_in.client
    key = client.upload_file(Upload("plugin.zip", "application/zip", package))
    client.call("POST", "plugin.json", body={"fileKey": key})
    assert found(office.plan(placeholders={}), Item.PLUGINS) is Outcome.OK


def test_a_workspace_without_room_is_told(office):
    office.open()

    def shrink(session):
        session.get_one(Site, office.site_id).limits = SiteLimits(apps=2).as_document()

    office.change(shrink)
    assert found(office.plan(), Item.ROOM) is Outcome.LACKING


def test_the_apps_go_into_the_space_that_was_chosen(office):
    office.open()
    space, thread = office.make_space()
    plan = office.plan(target={"space": space})
    assert (plan.target.space, plan.target.thread, plan.target.name) == (space, thread, "産業振興課")
    progress = office.install(target={"space": space})
    for app_id in progress.app_ids.values():
        app = office.built_in.client.call("GET", "app.json", params={"id": app_id})
        assert (app["spaceId"], app["threadId"]) == (space, thread)
    assert progress.target == plan.target


@pytest.mark.parametrize("number", ["7", "guest"])
def test_a_space_that_is_not_there_or_can_not_be_used_is_refused(office, number):
    office.open()
    space = office.make_space(is_guest=True)[0] if number == "guest" else number
    with pytest.raises(SpaceUnusableError):
        office.plan(target={"space": space})


def test_a_thread_of_another_space_is_refused(office):
    office.open()
    (space, _), (_, foreign) = office.make_space(), office.make_space("総務課")
    with pytest.raises(ThreadUnusableError):
        office.plan(target={"space": space, "thread": foreign})


def test_own_options_are_installed_kept_and_verified(office):
    office.open()
    plan = office.plan(localise=[NORTH])
    [one] = plan.localise
    assert (one.options, dict(one.renamed), one.gone) == (
        ("本町", "駅前"),
        {"東地区": "本町", "西地区": "駅前"},
        (),
    )
    assert any("一覧「一覧」" in warning.ja for warning in plan.warnings)
    progress = office.install(localise=[NORTH])
    assert progress.steps[-1].outcome["result"] == "identical"
    client, app_id = office.built_in.client, progress.app_ids["request"]
    assert set(client.get_form_fields(app_id, Stage.LIVE)["地区"]["options"]) == {"本町", "駅前"}
    [record] = client.get_records(app_id, "")
    assert record["地区"]["value"] == "本町"
    assert progress.import_.localise == [NORTH]


def test_the_templates_own_options_and_names_count_as_no_wish(office):
    office.open()
    own = {"app": "request", "field": "地区", "options": ["東地区", "西地区"]}
    plan = office.plan(localise=[own], app_names={"request": "補助金申請"})
    assert (plan.order.localise, plan.order.app_names) == ((), {})
    assert not plan.localise[0].is_changed


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"app_names": {"nothing": "台帳"}}, AppKeyUnknownError),
        ({"localise": [NORTH | {"field": "申請区分"}]}, LocaliseUnknownError),
        ({"localise": [NORTH | {"app": "nothing"}]}, LocaliseUnknownError),
        ({"localise": [NORTH | {"options": ["西地区"]}]}, LocaliseInUseError),
    ],
)
def test_wishes_that_can_not_be_met_are_refused_before_anything_is_made(office, wish, error):
    office.open()
    with pytest.raises(error):
        office.plan(**wish)


def test_the_places_that_need_an_option_are_named(office):
    office.open()
    with pytest.raises(LocaliseInUseError) as refused:
        office.plan(localise=[NORTH | {"options": ["西地区"]}])
    [place] = refused.value.details
    assert place.ja.startswith("「補助金申請」の一覧「一覧」：地区 in")
