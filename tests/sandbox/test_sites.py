"""Sites, their users and their settings, without HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from marketplace.sandbox import apps, sites
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.deploys.queries import deploy_status
from marketplace.sandbox.deploys.services import deploy_apps
from marketplace.sandbox.errors import AppNotFoundError, SettingsRevisionError, SiteNotFoundError
from marketplace.sandbox.form import live_form
from marketplace.sandbox.models import App, DeployStatus, Part, Principal, Stage
from marketplace.sandbox.settings import fields
from marketplace.sandbox.settings.store import read_part
from tests.fakes import FixedClock
from tests.sandbox.factories import make_app, make_site


@pytest.fixture
def caller(session: Session) -> Caller:
    """The owner of a fresh site."""
    return make_site(session)


def test_a_new_site_has_an_administrator_and_the_group_everyone(session: Session, caller: Caller):
    assert sites.find_user(session, caller.site_id, "Administrator").is_admin
    assert session.get(Principal, (caller.site_id, "GROUP", "everyone")) is not None
    assert caller.is_admin


def test_the_administrator_can_t_sign_in(session: Session, caller: Caller):
    assert sites.authenticate(session, caller.site_id, "Administrator", "") is None


def test_a_login_is_known_by_its_password_only(session: Session, caller: Caller):
    sites.add_user(session, caller.site_id, "sato", "佐藤", "secret", is_admin=True)
    assert sites.authenticate(session, caller.site_id, "sato", "secret") == Caller(
        caller.site_id, "sato", "佐藤", is_admin=True
    )
    assert sites.authenticate(session, caller.site_id, "sato", "Secret") is None
    assert sites.authenticate(session, caller.site_id, "Sato", "secret") is None


def test_adding_a_login_again_renews_its_password(session: Session, caller: Caller):
    sites.add_user(session, caller.site_id, "sato", "佐藤", "old")
    sites.add_user(session, caller.site_id, "sato", "佐藤", "new")
    assert sites.authenticate(session, caller.site_id, "sato", "old") is None
    assert sites.authenticate(session, caller.site_id, "sato", "new") is not None


def test_a_password_is_not_kept(session: Session, caller: Caller):
    user = sites.add_user(session, caller.site_id, "sato", "佐藤", "secret")
    assert "secret" not in user.password_hash


def test_a_site_that_does_not_exist_has_no_owner(session: Session):
    with pytest.raises(SiteNotFoundError):
        sites.owner(session, "nowhere")


def test_apps_are_numbered_by_site(session: Session, caller: Caller):
    other = make_site(session)
    assert [make_app(session, each).app_id for each in (caller, caller, other)] == [1, 2, 1]


def test_the_number_of_a_field_survives_its_renaming(session: Session, caller: Caller, clock: FixedClock):
    app = make_app(session, caller, 旧={"type": "SINGLE_LINE_TEXT"})
    before = read_part(session, app, Stage.PREVIEW, Part.FIELDS)["properties"]["旧"]["$id"]
    preview = apps.open_preview(session, caller, app.app_id, None, clock())
    fields.change_fields(preview, {"旧": {"code": "新"}})
    assert read_part(session, app, Stage.PREVIEW, Part.FIELDS)["properties"]["新"]["$id"] == before


def test_the_number_of_a_deleted_field_is_not_given_again(session: Session, caller: Caller, clock: FixedClock):
    app = make_app(session, caller, 甲={"type": "NUMBER"})
    first = read_part(session, app, Stage.PREVIEW, Part.FIELDS)["properties"]["甲"]["$id"]
    preview = apps.open_preview(session, caller, app.app_id, None, clock())
    fields.delete_fields(preview, ["甲"])
    fields.add_fields(preview, {"甲": {"type": "NUMBER", "code": "甲", "label": "甲"}})
    assert read_part(session, app, Stage.PREVIEW, Part.FIELDS)["properties"]["甲"]["$id"] > first


def test_records_read_the_form_as_deployed(session: Session, caller: Caller, clock: FixedClock):
    app = make_app(session, caller, 甲={"type": "NUMBER"})
    assert live_form(session, app).find("甲") is None
    deploy_apps(session, caller, [(app.app_id, None)], False, clock())
    assert live_form(session, app).find("甲") is not None


def test_a_part_that_was_read_may_be_changed_without_harm(session: Session, caller: Caller):
    app = make_app(session, caller)
    read_part(session, app, Stage.PREVIEW, Part.VIEWS)["views"]["x"] = {}
    assert read_part(session, app, Stage.PREVIEW, Part.VIEWS) == {"views": {}}


def test_a_refused_revision_changes_nothing(session: Session, caller: Caller, clock: FixedClock):
    app = make_app(session, caller)
    with pytest.raises(SettingsRevisionError):
        apps.open_preview(session, caller, app.app_id, app.preview_revision - 1, clock())


def test_a_related_app_may_go_live_in_the_same_deploy(session: Session, caller: Caller, clock: FixedClock):
    master = make_app(session, caller, 番号={"type": "SINGLE_LINE_TEXT", "unique": True})
    deploy_apps(session, caller, [(master.app_id, None)], False, clock())
    preview = apps.open_preview(session, caller, master.app_id, None, clock())
    fields.change_fields(preview, {"番号": {"unique": False}})
    definition = {"relatedApp": {"app": master.app_id}, "relatedKeyField": "番号"}
    app = make_app(session, caller, 参照={"type": "SINGLE_LINE_TEXT", "lookup": definition})
    fields.change_fields(preview, {"番号": {"unique": True}})
    deploy_apps(session, caller, [(app.app_id, None), (master.app_id, None)], False, clock())
    assert [each.status for each in deploy_status(session, caller, [1, 2])] == [DeployStatus.SUCCESS] * 2


def test_an_app_of_another_site_is_not_found(session: Session, caller: Caller):
    make_app(session, caller)
    stranger = make_site(session)
    with pytest.raises(AppNotFoundError):
        apps.get_app(session, stranger, 1)


def test_a_deploy_with_an_unknown_app_deploys_none(session: Session, caller: Caller, clock: FixedClock):
    app: App = make_app(session, caller)
    with pytest.raises(AppNotFoundError):
        deploy_apps(session, caller, [(app.app_id, None), (99, None)], False, clock())
    assert app.live_revision is None
