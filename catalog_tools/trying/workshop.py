"""A service of its own, with its pages, into whose built-in workspaces templates are installed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from flask.testing import FlaskClient

from marketplace.accounts.services import create_person
from marketplace.bundle.model import AppDefinition, Bundle, JsonObject
from marketplace.catalog import services as catalog
from marketplace.catalog.first_party import PUBLISHER
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.edge.headers import register_headers
from marketplace.edge.problem import register_refusals
from marketplace.installs.queries import ImportProgress, get_import
from marketplace.installs.run import run_import
from marketplace.installs.services import start_import
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_secret
from marketplace.kernel.ports import Ports
from marketplace.kintone.client import KintoneClient
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.municipalities.models import Municipality, MunicipalityType
from marketplace.municipalities.queries import actor_of_person
from marketplace.municipalities.roles import Role
from marketplace.municipalities.services import FictitiousMunicipality, add_fictitious, add_member
from marketplace.sandbox import sites
from marketplace.sandbox.models import Principal, PrincipalKind
from marketplace.sandbox.people.models import PrincipalMember
from marketplace.transports import InProcessTransport, connect_in_process
from marketplace.web.mounting import mount_pages
from marketplace.workspaces.closing import close_workspace
from marketplace.workspaces.services import create_workspace

TOWN = FictitiousMunicipality(
    "992011", "架空県", "みほん市", "みほんし", population=42_000, size_class="S4", region="架空"
)
OFFICER = "officer@mihon.example.jp"
MOST_OPENED = 10
WALKERS = "walkers"


@dataclass(frozen=True, slots=True)
class Installed:
    """A template in a workspace of its own."""

    progress: ImportProgress
    client: KintoneClient
    workspace_id: str
    walker: Mapping[str, str]
    """Whom a field for people may hold so that the one who walks the process may go on, by the type of the field."""

    def records(self, app: AppDefinition, condition: str = "", order: str = "$id asc") -> list[JsonObject]:
        """Return records of an app as kintone's interface gives them to the owner of the workspace."""
        query = f"{condition} order by {order} limit 500"
        return self.client.get_records(self.progress.app_ids[app.key], query)

    def address(self, app: AppDefinition) -> str:
        """Return the address of an app's pages."""
        return f"/w/{self.workspace_id}/k/{self.progress.app_ids[app.key]}/"


@dataclass(slots=True)
class Workshop:
    """The service, one municipality, and an official of it who has signed in."""

    sessions: Sessions
    ports: Ports
    now: Callable[[], datetime]
    app: MarketplaceApp = field(init=False)
    browser: FlaskClient = field(init=False)
    _officer: Actor = field(init=False)
    _released: set[tuple[str, str]] = field(default_factory=set)
    _opened: deque[str] = field(default_factory=deque)
    """The workspaces in use, the oldest first: a municipality may have only so many."""

    def __post_init__(self) -> None:
        """Mount the faces and let the official sign in."""
        self.app = MarketplaceApp(sessions=self.sessions, ports=self.ports, now=self.now)
        self.app.secret_key = "of the workshop"  # noqa: S105 - signs cookies of a service that lives for one check
        register_headers(self.app)
        register_refusals(self.app)
        mount_pages(self.app)
        self.app.mount(blueprint, site_caller)
        with self.context(SYSTEM) as ctx:
            ctx.session.add(_publisher())
            add_fictitious(ctx.session, TOWN)
            password = new_secret()[:20]
            person = create_person(ctx, OFFICER, "見本 花子", password)
            add_member(ctx, TOWN.code, person.id, Role.ADMIN)
            self._officer = actor_of_person(ctx.session, person, "")
        self.browser = self.app.test_client()
        self.browser.post("/sign-in", data={"email": OFFICER, "password": password})

    def install(self, versions: Sequence[Bundle], *, mapped: bool = False) -> Installed:
        """Install the last of a template's versions, with its samples, into a new workspace.

        With `mapped` somebody is chosen for each placeholder, otherwise nobody.
        """
        bundle = versions[-1]
        self._release(versions)
        with self.context(self._officer) as ctx:
            if len(self._opened) == MOST_OPENED:
                close_workspace(ctx, self._opened.popleft())
            workspace_id = create_workspace(ctx, {"name": bundle.manifest.name.ja[:60]}).workspace.id
            self._opened.append(workspace_id)
            chosen = _people(ctx, workspace_id, bundle) if mapped else {}
            order = {
                "template": f"{PUBLISHER}/{bundle.manifest.slug}",
                "version": bundle.manifest.version,
                "sample_records": True,
                "placeholders": chosen,
            }
            import_ = start_import(ctx, workspace_id, order)
            import_id, starter = import_.id, import_.started_by
        connect = connect_in_process(self.app)
        run_import(self.sessions, self.ports, connect, import_id, self.now, lambda _seconds: None)
        with self.context(self._officer) as ctx:
            client = KintoneClient(InProcessTransport(self.app, workspace_id, starter))
            return Installed(get_import(ctx, import_id), client, workspace_id, _walker(ctx, workspace_id, starter))

    @contextmanager
    def context(self, actor: Actor) -> Iterator[Context]:
        """Open a transaction for somebody."""
        with unit_of_work(self.sessions) as (session, after_commit):
            yield Context(session, actor, self.now, after_commit, self.ports)

    def _release(self, versions: Sequence[Bundle]) -> None:
        """Release the versions, oldest first: an older number can't follow a newer one."""
        with self.context(SYSTEM) as ctx:
            for bundle in versions:
                name = (bundle.manifest.slug, bundle.manifest.version)
                if name not in self._released:
                    catalog.add_version(ctx, PUBLISHER, bundle)
                    self._released.add(name)


def _publisher() -> Municipality:
    return Municipality(
        code=PUBLISHER,
        prefecture="",
        name="ヨコテン",
        kana="よこてん",
        type=MunicipalityType.OPERATOR,
        region="",
    )


def _walker(ctx: Context, site_id: str, user: str | None) -> dict[str, str]:
    """Let the one who walks the processes be in an organisation and a group of the workspace."""
    if user is None:
        return {}
    for kind in PrincipalKind:
        ctx.session.add(Principal(site_id=site_id, kind=kind, code=WALKERS, name="見本"))
        ctx.session.add(PrincipalMember(site_id=site_id, kind=kind, code=WALKERS, user_code=user))
    return {"USER_SELECT": user, "ORGANIZATION_SELECT": WALKERS, "GROUP_SELECT": WALKERS}


def _people(ctx: Context, site_id: str, bundle: Bundle) -> dict[str, str]:
    """Give a workspace a user, group or organisation for each placeholder; return their codes."""
    chosen = {}
    for place in bundle.manifest.placeholders:
        chosen[place.key] = f"chosen-{place.key}"
        if place.kind == "USER":
            sites.add_user(ctx.session, site_id, chosen[place.key], "見本 太郎", None)
        else:
            kind = PrincipalKind(place.kind)
            ctx.session.add(Principal(site_id=site_id, kind=kind, code=chosen[place.key], name="見本"))
    return chosen
