"""Whatever page or call names something of a municipality, strangers are refused: the whole URL map is walked."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from marketplace.edge.app import MarketplaceApp
from marketplace.installs.models import Import
from tests.kintone_api.conftest import credentials
from tests.municipalities.factories import MIHON
from tests.publishing.factories import make_waiting_draft
from tests.web.factories import member_of
from tests.web.prepared import Prepared

OTHER = "993018"
OWNED = {"workspace_id", "import_id", "installation_id", "draft_id", "token_id", "site_id", "takeout_id"}
REFUSED = {401, 403, 404, 405}


def addresses(app: MarketplaceApp, ids: dict[str, str]) -> list[tuple[str, str]]:
    """Every method and address that names something owned, its ids filled in."""
    found = []
    with app.test_request_context() as request:
        for rule in app.url_map.iter_rules():
            if rule.arguments & OWNED:
                values = {name: ids.get(name, "1") for name in rule.arguments}
                path = request.url_adapter.build(rule.endpoint, values, method=first_method(rule))
                found += [(method, path) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def first_method(rule: Rule) -> str:
    return min(rule.methods - {"HEAD", "OPTIONS"})


@pytest.fixture(scope="module")
def installed(prepared: Prepared) -> tuple[str, str]:
    """The ids of a workspace of みほん市 and of the import into it."""
    return prepared.world().install()


@pytest.fixture
def ids(installed: tuple[str, str], context_of, session: Session) -> dict[str, str]:
    """What belongs to みほん市."""
    workspace_id, import_id = installed
    draft = make_waiting_draft(context_of(member_of(MIHON)))
    session.commit()
    return {
        "workspace_id": workspace_id,
        "site_id": workspace_id,
        "import_id": import_id,
        "installation_id": session.get_one(Import, import_id).installation_id,
        "draft_id": draft.id,
        "token_id": "aaaaaaaaaaaaaaaa",
        "app_id": "1",
        "name": "records.json",
        "_rest": "x",
    }


def test_somebody_not_signed_in_is_refused_everywhere(app, browser, ids):
    answers = {place: browser.open(place[1], method=place[0]).status_code for place in addresses(app, ids)}
    assert len(answers) > 20
    assert {place: status for place, status in answers.items() if status not in REFUSED} == {}


@pytest.mark.parametrize("role", ["reader", "installer", "publisher", "admin"])
def test_a_member_of_another_municipality_is_refused_everywhere(app, sign_in, ids, role):
    visitor = sign_in(role, OTHER)
    answers = {place: visitor.open(place[1], method=place[0]).status_code for place in addresses(app, ids)}
    assert {place: status for place, status in answers.items() if status not in REFUSED} == {}


def test_the_password_of_one_workspace_opens_no_other(app, world, ids):
    other = world.open_workspace(OTHER)
    with_password = credentials("Administrator", world.reset_password(other, OTHER))
    own = app.test_client().get(f"/w/{other}/k/v1/apps.json", headers=with_password)
    foreign = app.test_client().get(f"/w/{ids['workspace_id']}/k/v1/apps.json", headers=with_password)
    assert (own.status_code, foreign.status_code) == (200, 401)
