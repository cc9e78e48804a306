"""Every public address: it says what caches may do, revalidates, changes its name with its content, and is noticed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, update

from marketplace.app import make_app
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.community.models import Story
from marketplace.community.wanted.models import WantedApp
from marketplace.db.shown import SHOWN, TOLD_WITH_THEIR_MOMENT, UNSEEN_PREFIX
from marketplace.edge.app import MarketplaceApp
from marketplace.edge.public_answers import KEPT, PUBLIC
from marketplace.municipalities.models import Municipality
from marketplace.web.help_index import HOW_TOS, STATEMENTS
from tests.bundle.factories import make_bundle
from tests.edge.conftest import Served
from tests.municipalities.factories import MIHON
from tests.walks.site_map import EXCEPTIONS, VISITOR
from tests.web.factories import PAGE, PUBLISHER

RESTING = {
    "/help",
    "/help/bundle",
    *(page.address for page in HOW_TOS.values()),
    *(page.address for page in STATEMENTS.values()),
    "/docs/api",
    "/docs/errors",
    "/api/v1/openapi.json",
    "/api/v1/signing-keys",
    "/schemas/bundle/1/actions.schema.json",
    "/static/css/base.css",
}
"""What changes with the program alone."""
PICTURES = {f"{PAGE}/versions/1.0.0/images/icon.svg", f"{PAGE}/versions/1.0.0/apps/request/ja.svg"}
"""What never changes at its address."""
LIVING = {
    "/",
    "/templates",
    "/templates?q=補助金",
    PAGE,
    f"{PAGE}/apps/request",
    f"{PAGE}/compare",
    f"{PAGE}/versions/1.0.0/diff/1.1.0",
    f"{PAGE}/proposal",
    "/municipalities",
    f"/municipalities/{PUBLISHER}",
    "/stories",
    "{story}",
    "/wanted",
    "{wanted}",
    "/api/v1/templates",
    "/api/v1/templates?q=補助金",
    f"/api/v1{PAGE}",
    f"/api/v1{PAGE}/versions",
    f"/api/v1{PAGE}/versions/1.0.0",
    f"/api/v1{PAGE}/versions/1.0.0/diff/1.1.0",
    f"/api/v1{PAGE}/similar",
    f"/api/v1{PAGE}/reviews",
    "/api/v1/municipalities",
    f"/api/v1/municipalities/{PUBLISHER}",
    "/api/v1/stories",
    "/api/v1{story}",
    "/api/v1/wanted-apps",
    "/api/v1/wanted-apps/{wanted_id}",
    "/api/v1/suggestions?q=補",
}
"""What changes with the data."""
FOR_ONE_READER = {"/sign-in", "/password-reset", "/password-reset/sent", "/outbox"}
"""Pages that strangers read and nobody keeps: they hold forms of somebody, or secrets."""


class Site(Served):
    """A site on which every public address has something to show."""

    def furnish(self) -> None:
        self.world.release(make_bundle())
        self.world.release(make_bundle(version="1.1.0"))
        self.world.release(make_bundle(slug="alike"))
        self.world.compare()
        story, wanted = self.world.tell(), self.world.want()
        self.world.index_municipalities()
        self.things = {"story": story, "wanted": wanted, "wanted_id": wanted.rpartition("/")[2]}

    def address(self, path: str) -> str:
        return path.format_map(self.things)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site"))
    made.furnish()
    yield made
    made.runtime.engine.dispose()


def test_every_public_page_of_the_map_is_here():
    static = {re.sub(r"\?.*", "", path) for path in VISITOR if "{" not in path}
    listed = {re.sub(r"\?.*", "", path) for path in {*RESTING, *LIVING}}
    missing = {path for path in static - listed - FOR_ONE_READER if not path.startswith("/templates/")}
    assert missing == {"/no-such-page", "/municipalities/992011"} - listed


def test_every_view_that_says_it_is_public_is_here(site):
    """And no other: a new one has to be looked at."""
    app, urls = site.app, site.app.url_map.bind("localhost")
    said = {name for name, view in app.view_functions.items() if getattr(view, PUBLIC, False)}
    paths = {site.address(path).partition("?")[0] for path in {*RESTING, *LIVING, *PICTURES}}
    asked = {urls.match(path)[0] for path in paths} | {"static"}
    elsewhere = {"index_files.show", "api_v1.download_bundle", "api_v1.get_wanted"}
    assert said - elsewhere == asked - {"static"} - elsewhere
    assert said & set(EXCEPTIONS) <= {"web_catalog.miniature", "web_catalog.picture", "web_help.schema"}


@pytest.mark.parametrize("path", sorted(RESTING | LIVING | PICTURES))
def test_it_may_be_kept_and_revalidates_with_and_without_memory(site, path):
    address = site.address(path)
    for application in (site.plain, site.cache):
        site.app.wsgi_app = application
        for accepted in ("", "br"):
            headers = {"Accept-Encoding": accepted}
            first = site.client().get(address, headers=headers, buffered=True)
            assert (first.status_code, first.headers.get("Set-Cookie")) == (200, None)
            control = first.headers["Cache-Control"]
            assert control == KEPT or control.startswith("public, max-age=") or path in RESTING
            _check_vary(first)
            known = {**headers, "If-None-Match": first.headers["ETag"]}
            again = site.client().get(address, headers=known)
            assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
            assert (again.headers["Cache-Control"], again.headers.get("Vary")) == (control, first.headers.get("Vary"))


def _check_vary(answer: Any) -> None:
    varies = {name.strip() for name in answer.headers.get("Vary", "").split(",")} - {""}
    if answer.mimetype == "text/html":
        assert varies == {"Accept-Language", "Cookie", "Accept-Encoding"}
    elif answer.request.path.startswith("/api/v1/openapi"):
        assert varies <= {"Accept-Language", "Accept-Encoding"}
    else:
        assert varies <= {"Authorization", "Accept-Encoding"}


def test_each_changes_its_name_when_its_content_changes(site):
    """Everything on it is given another name; whoever has the old answer gets the new one whole."""
    addresses = sorted(site.address(path) for path in LIVING)
    before = {address: site.client().get(address).headers["ETag"] for address in addresses}
    _rename_everything(site)
    kept = [path for path in addresses if _ask(site, path, before[path]) == 304]
    told = {f"{PAGE}/versions/1.0.0/diff/1.1.0", f"/api/v1{PAGE}/versions/1.0.0/diff/1.1.0", f"/api/v1{PAGE}/reviews"}
    assert set(kept) <= told
    after = {address: site.client().get(address).headers["ETag"] for address in addresses}
    assert {address for address in addresses if _ask(site, address, after[address]) != 304} == set()


def _ask(site: Site, address: str, etag: str) -> int:
    return site.client().get(address, headers={"If-None-Match": etag}).status_code


def _rename_everything(site: Site) -> None:
    site.world.release(make_bundle(version="1.2.0", slug="another"))
    site.world.release(make_bundle(version="1.2.0"))
    site.change(
        update(Template).values(name_ja="改めた名前", install_count=7),
        update(TemplateVersion).values(withdrawal_reason="改めた理由", withdrawn_at=site.app.now()),
        update(Municipality).values(name="改めた市"),
        update(Story).values(title="改めた題"),
        update(WantedApp).values(title="改めた願い"),
    )


def test_public_answers_read_only_tables_that_are_declared_as_shown(site):
    """In a process that has read its columns already: what it reads then is made of the entries."""
    app = make_app(site.runtime)
    read: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        read.update(re.findall(r'\b(?:FROM|JOIN)\s+"?(\w+)', statement))

    app.test_client().get("/templates")
    event.listen(site.runtime.engine, "before_cursor_execute", note)
    for path in RESTING | LIVING | PICTURES:
        assert app.test_client().get(site.address(path), buffered=True).status_code == 200
    event.remove(site.runtime.engine, "before_cursor_execute", note)
    assert {
        name for name in read & _tables(app) if not name.startswith(UNSEEN_PREFIX)
    } <= SHOWN | TOLD_WITH_THEIR_MOMENT
    assert "templates" in read


def _tables(app: MarketplaceApp) -> set[str]:
    with app.sessions.open(writes=False) as session:
        rows = session.connection().exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    return {row[0] for row in rows}


def test_nobody_signed_in_and_no_token_is_offered_a_public_answer(site):
    member, mine = site.member(), {f"/municipalities/{MIHON}"}
    for path in {*LIVING, *mine} - {"/api/v1/suggestions?q=補"}:
        control = member.get(site.address(path)).headers["Cache-Control"]
        assert control in {"no-store", "private, no-cache"}, path
