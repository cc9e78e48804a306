"""During maintenance everything can be read and nothing can be changed, by whatever door: the URL map is walked."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.app import make_app, make_runtime
from marketplace.db.migrating import upgrade
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.kernel.actor import SCOPES
from marketplace.kintone_api.table import APIS, WRITING_READS
from marketplace.settings import Settings
from tests.accounts.factories import PASSWORD, make_person
from tests.api.factories import World as Api
from tests.kintone_api.conftest import credentials
from tests.municipalities.factories import MIHON, make_member, make_municipality
from tests.web.factories import PUBLISHER, SLUG, World

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


@dataclass
class Service:
    """A service in maintenance, with somebody at each door who may do everything."""

    app: MarketplaceApp
    database: Path
    browser: FlaskClient
    other_browser: FlaskClient
    token: dict[str, str]
    site: dict[str, str]
    ids: dict[str, str]

    def content(self) -> bytes:
        """Everything the database holds."""
        connection = sqlite3.connect(self.database)
        try:
            return connection.serialize()
        finally:
            connection.close()

    def addresses(self, methods: Collection[str] = METHODS) -> set[tuple[str, str]]:
        """Every method and address of the URL map, with the ids of what is there."""
        found = set()
        for rule in self.app.url_map.iter_rules():
            built = rule.build({name: self.ids.get(name, "1") for name in rule.arguments}, append_unknown=False)
            found |= {(method, built[1]) for method in rule.methods & set(methods) if built}
        return found

    def send(self, method: str, path: str, **options: object) -> TestResponse:
        """Send a request as whoever may most at that door."""
        if path.startswith("/api/"):
            return self.app.test_client().open(path, method=method, headers=self.token, **options)
        if path.startswith("/w/"):
            return self.app.test_client().open(path, method=method, headers=self.site, **options)
        return self.browser.open(path, method=method, **options)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that was used, and then is started read-only."""
    folder = tmp_path_factory.mktemp("maintenance")
    runtime = make_runtime(Settings(data_dir=folder, secret_key="of the tests"))
    upgrade(runtime.engine)
    app = make_app(runtime)
    world = World(app)
    workspace_id, import_id = world.install()
    with unit_of_work(app.sessions) as (session, _):
        make_municipality(session, MIHON)
        person = make_person(session)
        make_member(session, MIHON, "admin", person_id=person.id)
    browsers = app.test_client(), app.test_client()
    for browser in browsers:
        browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    secret = Api(app).caller(MIHON, *SCOPES).secret
    ids = {"workspace_id": workspace_id, "site_id": workspace_id, "import_id": import_id, "name": "records.json"}
    ids |= {"publisher": PUBLISHER, "slug": SLUG, "number": "1.0.0", "version": "1.0.0", "app_id": "1", "spoken": "ja"}
    token = {"Authorization": f"Bearer {secret}"}
    site = credentials("Administrator", world.reset_password(workspace_id))
    app.sessions = Sessions(runtime.engine, read_only=True)
    yield Service(app, folder / "yokoten.db", *browsers, token, site, ids)
    runtime.engine.dispose()


def test_no_address_changes_anything(service: Service):
    before, addresses = service.content(), service.addresses() - service.addresses({"GET"})
    addresses.remove(("POST", "/sign-out"))  # The browser forgets, the database does not.
    addresses.remove(("POST", "/drafts/1/preview"))  # It shows what is typed, and writes nothing.
    writing = {key for key in APIS if key[0] != "GET"} | WRITING_READS
    addresses |= {(method, f"/w/{service.ids['site_id']}/k/v1/{name}") for method, name in writing}
    assert len(addresses) > 170
    for method, path in sorted(addresses):
        answer = service.send(method, path, data={})
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "300"), (method, path)
    assert service.content() == before


@pytest.mark.slow
def test_whatever_could_be_read_is_read_as_before(service: Service):
    before = service.content()
    answers = {path: service.send("GET", path).status_code for _, path in service.addresses({"GET"})}
    assert list(answers.values()).count(200) > 40
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert service.content() == before


def test_nobody_has_to_stay_signed_in_at_a_screen_that_others_use(service: Service):
    before = service.content()
    assert service.other_browser.get("/account").status_code == 200
    assert service.other_browser.post("/sign-out").status_code == 303
    assert service.other_browser.get("/account").status_code == 401
    assert service.content() == before


@pytest.mark.parametrize(
    "path", ["/", "/templates", f"/templates/{PUBLISHER}/{SLUG}", "/sign-in", "/workspaces", "/language?to=en&next=/"]
)
def test_pages_are_read_and_tell_about_the_maintenance(service: Service, path: str):
    page = service.browser.get(path, follow_redirects=True)
    assert page.status_code == 200
    assert 'class="service-banner"' in page.text


def test_the_api_refuses_in_its_own_shape(service: Service):
    problem = service.send("POST", "/api/v1/workspaces", json={"name": "本番"})
    assert (problem.json["code"], problem.status_code) == ("read-only", 503)
    assert service.send("GET", "/api/v1/workspaces").status_code == 200


def test_a_site_is_read_and_refuses_every_change(service: Service):
    records = f"/w/{service.ids['site_id']}/k/v1/records.json"
    assert service.send("GET", f"{records}?app=1").status_code == 200
    refused = service.send("POST", records, json={"app": "1", "records": [{}]})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "300")
    assert "メンテナンス中" in refused.json["message"]
    read = {**service.site, "X-HTTP-Method-Override": "GET"}
    assert service.app.test_client().post(records, json={"app": "1"}, headers=read).status_code == 200


def test_the_refusal_of_a_page_says_what_became_of_the_input(service: Service):
    page = service.app.test_client().post("/sign-in", data={"email": "a@example.lg.jp", "password": "x"})
    assert page.status_code == 503
    assert "送った内容は保存されていません" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_health_check_tells_it(service: Service):
    answer = service.app.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok, read-only\n")
