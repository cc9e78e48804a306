"""Apps of a kintone domain, played by a second instance over the network, become a draft here."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest

from marketplace.app import make_app
from marketplace.bundle.reading import read_zip
from marketplace.exports.choosing import list_choices
from marketplace.exports.errors import AppsUnlistedError
from marketplace.exports.models import ExportState
from marketplace.exports.queries import get_export
from marketplace.exports.run import run_export
from marketplace.exports.services import start_export
from marketplace.installs.reconnecting import replace_credentials
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.text import Language
from marketplace.kintone.translation import CREATOR_ALONE
from marketplace.publishing.models import Draft
from marketplace.sandbox import sites
from marketplace.sandbox.spaces.models import SpaceMember
from marketplace.sandbox.spaces.services import NewSpace, create_space
from marketplace.transports import connect_with_rights
from marketplace.workspaces.domains.services import change_connection
from tests.exports.factories import make_order
from tests.installs.conftest import worker  # noqa: F401 - a fixture
from tests.installs.test_kintone_domain import (  # noqa: F401 - fixtures
    LOGIN,
    NEW_PASSWORD,
    SITE,
    Office,
    domain,
    ports,
    way,
)


@pytest.fixture
def office(worker, ports, domain):  # noqa: F811 - the fixtures
    return Source(worker, ports, domain)


class Source(Office):
    """A municipality whose kintone holds three joined apps."""

    def __init__(self, *parts):
        super().__init__(*parts)
        self.reader = connect_with_rights(
            make_app(replace(parts[2].runtime, sessions=self.worker.sessions, ports=self.ports))
        )

    def export(self, *apps, **changes):
        with self.context() as ctx:
            export_id = start_export(ctx, self.workspace_id, make_order(*apps, **changes)).id
        hand = self.worker
        run_export(hand.sessions, self.ports, self.reader, export_id, hand.clock, hand.pauses.append)
        with self.context() as ctx:
            return get_export(ctx, export_id)

    def bundle(self, view):
        with self.context() as ctx:
            return read_zip(self.ports.blobs.get(ctx.session.get_one(Draft, view.export.draft_id).digest))

    @contextmanager
    def inside(self, domain):  # noqa: F811 - the fixture
        with domain.runtime.unit_of_work() as ctx:
            yield ctx

    def enter_guest_space(self, domain):  # noqa: F811 - the fixture
        with self.inside(domain) as ctx:
            new = NewSpace("事業者", is_private=True, is_guest=True, fixed_member=False)
            space = create_space(ctx.session, sites.owner(ctx.session, SITE, LOGIN), 1, new, ctx.now())
            for position, code in enumerate((LOGIN, "sato")):
                place = {"site_id": SITE, "space_id": space.space_id, "position": position}
                ctx.session.add(SpaceMember(**place, kind="USER", code=code, is_admin=True))
        with self.context() as ctx:
            change_connection(ctx, self.workspace_id, {"address": domain.address, "guest_space": str(space.space_id)})


def test_the_apps_of_a_domain_are_listed_and_exported(office):
    office.run()
    with office.context() as ctx:
        ids = {app.name: app.app_id for app in list_choices(ctx, office.workspace_id, {}).apps}
        found = list_choices(ctx, office.workspace_id, {"name": "補助"}).apps
    assert {app.name for app in found} == {"補助制度マスタ", "補助金申請"}
    view = office.export(ids["実績報告"], sample_records={ids["補助金申請"]: 5, ids["補助制度マスタ"]: 5})
    assert view.failure is None, view.failure
    assert [(app.key, app.records) for app in view.report.carried] == [("report", 0), ("request", 1), ("program", 2)]
    assert view.report.lost == view.report.left == ()
    bundle = office.bundle(view)
    assert bundle.app("request").fields["制度コード"]["lookup"]["relatedApp"] == {"app": "program"}


def test_the_apps_of_a_guest_space_of_a_domain_are_exported(office, domain):  # noqa: F811 - the fixture
    office.enter_guest_space(domain)
    office.run()
    with office.context() as ctx:
        ids = {app.name: app.app_id for app in list_choices(ctx, office.workspace_id, {}).apps}
    assert len(office.export(ids["実績報告"]).report.carried) == 3


def test_an_account_without_rights_is_told_which_app_and_which_right(office, domain):  # noqa: F811 - the fixture
    office.run()
    with office.inside(domain) as ctx:
        sites.add_user(ctx.session, SITE, "guest-reader", "閲覧用", "a password")
    with office.context() as ctx:
        client = office.connect(ctx.session, office.workspace_id)
        client.put_app_acl("1", {"rights": [CREATOR_ALONE]})
        client.call("POST", "preview/app/deploy.json", body={"apps": [{"app": "1"}]})
        replace_credentials(ctx, office.workspace_id, {"login": "guest-reader", "password": "a password"})
    view = office.export("1")
    assert (view.export.state, view.failure.code) == (ExportState.FAILED, "apps-out-of-reach")
    assert "番号1" in view.failure.reason.ja
    assert "アプリ管理" in view.failure.reason.ja


def test_a_domain_that_refuses_the_account_says_so(office, domain):  # noqa: F811 - the fixture
    domain.set_password(NEW_PASSWORD)
    with office.context() as ctx, pytest.raises(AppsUnlistedError) as caught:
        list_choices(ctx, office.workspace_id, {})
    assert "パスワードが違います" in caught.value.says(Language.JA)
    assert "Replace" in caught.value.advises(Language.EN).title()
    assert office.export("1").failure.code == "CB_WA01"


def test_whoever_asks_for_the_system_is_nobody_of_a_domain(office):
    office.run()
    with office.context(SYSTEM) as ctx:
        assert start_export(ctx, office.workspace_id, make_order("1")).reads_as is None
