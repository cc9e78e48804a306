"""Anybody may start a try-out, within bounds, and only its visitor gets in."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import func, select

from marketplace.audit.models import AuditEvent
from marketplace.catalog.errors import TemplateNotFoundError
from marketplace.catalog.models import Template
from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.installs.models import Import, ImportState, Installation
from marketplace.kernel.actor import ANONYMOUS, SYSTEM
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.municipalities.models import Municipality
from marketplace.sandbox.models import App, Record, Site, SiteUser
from marketplace.tryouts.errors import TryoutsFullError, TryoutsOfAddressError
from marketplace.tryouts.models import Tryout
from marketplace.tryouts.queries import find_held, get_progress
from marketplace.tryouts.services import start_tryout
from marketplace.workspaces.errors import WorkspaceNotFoundError
from marketplace.workspaces.models import TRYOUT, Workspace
from marketplace.workspaces.queries import get_workspace
from tests.fakes import RecordingQueue
from tests.own_database import at_once, own_database
from tests.tryouts.factories import PUBLISHER, Place


def test_a_try_out_is_a_sealed_workspace_whose_import_waits(place, session, ports):
    made = place.start()
    workspace = session.get_one(Workspace, made.tryout.workspace_id)
    site = session.get_one(Site, workspace.id)
    import_ = session.scalars(select(Import)).one()
    assert (workspace.kind, site.sealed, site.limits["records"]) == (TRYOUT, True, 5000)
    assert (import_.workspace_id, import_.state, import_.with_sample_records) == (
        workspace.id,
        ImportState.QUEUED,
        True,
    )
    assert ports.jobs.asked == [("import", import_.id)]


def test_the_secret_is_kept_as_a_hash_only(place, session):
    made = place.start()
    assert made.secret not in str(session.execute(select(Tryout.__table__)).mappings().one())


def test_the_template_is_installed_with_its_sample_records(place, session):
    made = place.start()
    place.install(made.tryout.workspace_id)
    assert session.scalars(select(Import.state)).one() is ImportState.SUCCEEDED
    assert session.scalar(select(func.count()).select_from(App)) == 3
    assert session.scalar(select(func.count()).select_from(Record)) > 0


def test_a_try_out_is_no_installation(place, session):
    place.install(place.start().tryout.workspace_id)
    assert session.scalar(select(func.count()).select_from(Installation)) == 0
    assert session.scalars(select(Template.install_count)).all() == [0]


def test_the_visitor_stands_in_for_the_people_of_the_template(place, session):
    place.install(place.start().tryout.workspace_id)
    held = [record.values for record in session.scalars(select(Record))]
    assert any(["visitor"] in values.values() for values in held)


def test_the_start_is_in_the_audit_log_with_its_address(place, session):
    made = place.start("203.0.113.9")
    event = session.scalars(select(AuditEvent).where(AuditEvent.act == "tryout.started")).one()
    assert (event.subject_id, event.address, event.actor_kind) == (made.tryout.workspace_id, "203.0.113.9", "system")


def test_nobody_can_act_for_the_owner_of_try_outs(place, session):
    place.start()
    place.start()
    owner = session.scalars(select(Municipality).where(Municipality.code == "tryout")).one()
    assert (owner.active, owner.fictitious) == (False, True)


def test_an_address_holds_so_many_at_a_time(place, clock):
    for _ in range(3):
        place.start()
    with pytest.raises(TryoutsOfAddressError):
        place.start()
    place.start("192.0.2.2")
    clock.advance(minutes=120)
    place.start()


def test_the_service_holds_so_many_at_a_time(place):
    place.start("192.0.2.1", most=2)
    place.start("192.0.2.2", most=2)
    with pytest.raises(TryoutsFullError):
        place.start("192.0.2.3", most=2)


def test_none_are_offered_where_none_may_be(place):
    with pytest.raises(TryoutsFullError):
        place.start(most=0)


def test_a_refused_start_leaves_nothing_behind(place, session):
    with pytest.raises(TryoutsFullError):
        place.start(most=0)
    assert session.scalar(select(func.count()).select_from(Workspace)) == 0


def test_an_unknown_template_can_not_be_tried(place, sessions):
    with unit_of_work(sessions) as (session, _), pytest.raises(TemplateNotFoundError):
        start_tryout(place.context(session, ANONYMOUS), PUBLISHER, "nothing")


def test_only_the_secret_opens_a_try_out_and_only_in_its_time(place, sessions, clock):
    mine, other = place.start(), place.start()
    with unit_of_work(sessions, writes=False) as (session, _):
        ctx = place.context(session, ANONYMOUS)
        held = find_held(ctx, mine.tryout.workspace_id, mine.secret)
        assert (held.caller.code, held.caller.name, held.caller.is_admin) == ("visitor", "お試しの利用者", True)
        assert held.workspace.id == held.caller.site_id == mine.tryout.workspace_id
        assert get_progress(ctx, held).import_.workspace_id == mine.tryout.workspace_id
        for secret in (other.secret, "", mine.tryout.secret_hash):
            assert find_held(ctx, mine.tryout.workspace_id, secret) is None
        assert find_held(ctx, "nothing", mine.secret) is None
        clock.advance(minutes=120)
        assert find_held(ctx, mine.tryout.workspace_id, mine.secret) is None


def test_a_try_out_is_nobodys_workspace(place, sessions):
    made = place.start()
    with unit_of_work(sessions, writes=False) as (session, _):
        for actor in (SYSTEM, ANONYMOUS):
            with pytest.raises(WorkspaceNotFoundError):
                get_workspace(place.context(session, actor), made.tryout.workspace_id)


def test_the_rest_api_of_a_try_out_is_closed_even_to_a_password(place, sessions, ports, clock):
    made = place.start()
    app = MarketplaceApp(sessions=sessions, ports=ports, now=clock)
    app.mount(blueprint, site_caller)
    with unit_of_work(sessions) as (session, _):
        assert set(session.scalars(select(SiteUser.password_hash))) == {None}
        session.get_one(SiteUser, (made.tryout.workspace_id, "visitor")).password_hash = "x"
    address = f"/w/{made.tryout.workspace_id}/k/v1/apps.json"
    header = {"X-Cybozu-Authorization": base64.b64encode(b"visitor:").decode()}
    for headers in ({}, header, {"X-Cybozu-API-Token": "x"}):
        answer = app.test_client().get(address, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (404, "CB_NF01")


class TestAtOnce:
    """On real transactions of both databases."""

    @pytest.fixture(params=["sqlite", "postgresql"])
    def place(self, request, tmp_path, ports, clock):
        from marketplace.db.unit_of_work import Sessions

        with own_database(request, tmp_path) as engine:
            made = Place(Sessions(engine), ports, clock)
            made.release()
            place_owner(made)
            yield made

    def test_those_who_start_at_once_are_counted_one_by_one(self, place):
        assert isinstance(place.ports.jobs, RecordingQueue)

        def start(_number):
            try:
                return place.start() is not None
            except TryoutsOfAddressError:
                return False

        assert sorted(at_once(start)) == [False, True, True, True]


def place_owner(place: Place) -> None:
    """Make the owner of try-outs, which the application's second go would find."""
    from marketplace.municipalities.services import lock_owner_of_tryouts

    with unit_of_work(place.sessions) as (session, _):
        lock_owner_of_tryouts(session)
