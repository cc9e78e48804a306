"""A service in which みほん市 has something of everything, with a mark in every text that is not for others."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace import schema
from marketplace.accounts.factors.models import Passkey
from marketplace.accounts.models import PasswordReset, SignInSession
from marketplace.app import Runtime, make_app
from marketplace.bundle.writing import write_zip
from marketplace.catalog.models import Template
from marketplace.community.models import Review
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.holdings.takeouts.models import Takeout
from marketplace.holdings.takeouts.run import run_takeout
from marketplace.installs.models import Import
from marketplace.jobs.huey_queue import HueyQueue
from marketplace.kernel.actor import SCOPES
from marketplace.kernel.signing_in import PublicPlace
from marketplace.mailing import open_mailer
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.models import Invitation
from marketplace.operating.models import Report
from marketplace.publishing.models import Draft
from marketplace.sandbox.models import AppToken, StoredFile
from marketplace.settings import Settings
from marketplace.workspaces.models import ApiToken
from tests.accounts.factories import PASSWORD, make_person
from tests.api.factories import OTHER
from tests.api.factories import World as Api
from tests.bundle.factories import make_app as make_kintone_app
from tests.bundle.factories import make_bundle, make_field, make_joined_bundle, make_manifest
from tests.conftest import make_ports
from tests.exports.factories import carry_out
from tests.fakes import FixedClock
from tests.kintone_api.conftest import Kintone, credentials
from tests.municipalities.factories import MIHON, make_member, make_municipality
from tests.web.factories import PAGE, PUBLISHER, SLUG, World
from tests.workspaces.domains.factories import make_input

MARK = re.compile(r"zqx7\.[a-z]+")
CSV = "制度コード,制度名\nS-99,zqx7.imported\n".encode()
HOOK = {"url": "https://zqx7.hook.example.lg.jp/a", "active": "yes", "events": ["ADD_RECORD"]}


def mark(kind: str) -> str:
    """Return a word that stands nowhere else."""
    return f"zqx7.{kind}"


def marks_in(answer: TestResponse) -> set[str]:
    """Return the marks that an answer holds, whether in its headers, its body or the files of a ZIP."""
    data = answer.get_data()
    words = [data.decode("utf-8", "replace"), str(answer.headers)]
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            words += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return set(MARK.findall(" ".join(words)))


@dataclass
class Planted:
    """The service, the ids of what みほん市 has by the names of the URL map, and who comes to it."""

    app: MarketplaceApp
    ids: dict[str, str] = field(default_factory=dict)

    def plant(self) -> None:
        """Let the municipality have everything."""
        self.web, self.api = World(self.app), Api(self.app)
        self.api.verify(MIHON)
        self.admin = self._enter(MIHON, "admin", name=mark("admin"), email=f"{mark('adminmail')}@example.lg.jp")
        self.token = self.api.caller(MIHON)
        self._workspace()
        self._outside()
        self._drafts()
        self._community()
        self._people()
        self._app()
        self._takeout()
        self.visitors = self._visitors()

    def rows(self) -> set[tuple[str, str]]:
        """Return every row of every table."""
        with self.session() as session:
            tables = schema.METADATA.sorted_tables
            return {(table.name, repr(row)) for table in tables for row in session.execute(table.select())}

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a transaction."""
        with unit_of_work(self.app.sessions) as (session, _):
            yield session

    def find(self, statement: Any) -> Any:
        """Return the first result of a question to the database."""
        with self.session() as session:
            return session.scalars(statement).first()

    def _enter(self, code: str, role: str, **person: str) -> FlaskClient:
        with self.session() as session:
            make_municipality(session, code)
            made = make_person(session, **person)
            make_member(session, code, role, person_id=made.id)
        browser = self.app.test_client()
        browser.post("/sign-in", data={"email": made.email, "password": PASSWORD})
        return browser

    def _send(self, path: str, data: dict[str, Any], status: int = 303) -> str:
        answer = self.admin.post(path, data=data)
        assert answer.status_code == status, (path, answer.status_code, answer.text[-3000:])
        return answer.headers.get("Location", "")

    def _new(self, path: str, status: int, body: dict[str, Any]) -> Any:
        return self.token.post(f"/api/v1/{path}", status, json=body).json

    def _workspace(self) -> None:
        self.web.release(make_joined_bundle())
        made = self.web.open_workspace(MIHON, mark("workspace"))
        done = self.web.start(made)
        self.web.run(done)
        self.ids |= {"workspace_id": made, "site_id": made, "import_id": done}
        self.ids["installation_id"] = str(self.find(select(Import.installation_id).where(Import.id == done)))
        self._send(f"/installations/{self.ids['installation_id']}/check", {})
        export = self._send(f"/workspaces/{made}/exports", {"app": "1:実績報告"}).split("/")[2]
        carry_out(self.app, export)
        self.ids["export_id"] = export

    def _outside(self) -> None:
        domain = make_input("https://zqx7.example.cybozu.com", name=mark("domain"), login=mark("login"))
        self.ids["domain"] = self._new("workspaces", 201, domain)["workspace"]["id"]
        for mode in ("pull", "carry"):
            closed = {"name": mark("closed"), "kind": "closed-network", "address": "https://zqx7.cybozu.com"}
            self.ids["closed"] = self._new("workspaces", 201, closed)["workspace"]["id"]
            order = {"template": f"{PUBLISHER}/{SLUG}", "mode": mode}
            self.ids[mode] = self._new(f"workspaces/{self.ids['closed']}/imports", 202, order)["id"]

    def _drafts(self) -> None:
        for slug in ("own", "other"):
            app = make_kintone_app(mark("draftapp"), make_field("SINGLE_LINE_TEXT", "件名"))
            words = {"name": {"ja": mark("draftname")}, "summary": {"ja": mark("draftsummary")}}
            manifest = make_manifest("request", slug=slug, **words)
            files = {"README.md": f"# {mark('readme')}\n"}
            bundle = make_bundle({"request": app}, manifest=manifest, files=files)
            self.ids["draft_id"] = self.token.upload(write_zip(bundle)).json["id"]
        assert self.find(select(Draft.slug).where(Draft.id == self.ids["draft_id"])) == "other"

    def _community(self) -> None:
        self.ids |= {"publisher": PUBLISHER, "slug": SLUG, "version": "1.0.0", "old": "1.0.0", "new": "1.0.0"}
        self.ids["story_id"] = self.web.tell(MIHON).split("/")[2]
        self.ids["wanted_id"] = self.web.want(MIHON).split("/")[2]
        answer = {"template": f"{PUBLISHER}/{SLUG}", "text": "使えます。"}
        self.ids["answer_id"] = self._new(f"wanted-apps/{self.ids['wanted_id']}/answers", 201, answer)["answers"][0][
            "id"
        ]
        self._send(f"{PAGE}/review", {"stars": "5", "text": "便利です。"})
        template = str(self.find(select(Template.id)))
        self._send(f"/reports/template/{template}", {"reason": "other", "text": mark("report")})
        self.ids |= {"template": template, "review": str(self.find(select(Review.id)))}
        self.ids["report_id"] = str(self.find(select(Report.id)))

    def _people(self) -> None:
        with self.session() as session:
            person = make_person(session, name=mark("member"), email=f"{mark('membermail')}@example.lg.jp")
            make_member(session, MIHON, "publisher", person_id=person.id)
            self.ids["person_id"] = person.id
        self.member = self.app.test_client()
        self.member.environ_base["HTTP_USER_AGENT"] = "zqx7.useragent"  # shown to nobody as it came
        self.member.post("/sign-in", data={"email": f"{mark('membermail')}@example.lg.jp", "password": PASSWORD})
        with self.session() as session:  # From now on they would be asked for it.
            key = {"credential_id": "zqx7", "public_key": b"zqx7", "sign_count": 0, "name": mark("passkey")}
            session.add(Passkey(person_id=person.id, created_at=self.app.now(), used_at=None, **key))
        self.app.test_client().post("/password-reset", data={"email": f"{mark('membermail')}@example.lg.jp"})
        self._send("/members/invite", {"email": f"{mark('invited')}@example.lg.jp", "role": "reader"})
        order = {"name": mark("token"), "scopes": ["workspaces:read"], "expires_in_days": 30}
        self.ids["token_id"] = self._new("tokens", 201, order)["token"]["id"]
        of_person = SignInSession.person_id == self.ids["person_id"]
        self.ids |= {
            "passkey_id": str(self.find(select(Passkey.id))),
            "session_id": str(self.find(select(SignInSession.id).where(of_person))),
            "invitation_id": str(self.find(select(Invitation.id))),
            "invitation": str(self.find(select(Invitation.secret_hash))),
            "reset": str(self.find(select(PasswordReset.secret_hash))),
        }

    def _app(self) -> None:
        site = self.ids["workspace_id"]
        self.password = self.web.reset_password(site, MIHON)
        kintone = Kintone(self.app, credentials("Administrator", self.password), site=site)
        self.ids["app_id"] = str(kintone.live_app(件名={"type": "SINGLE_LINE_TEXT"}, 添付={"type": "FILE"}))
        upload = kintone.upload(b"zqx7.filedata", f"{mark('filename')}.txt")
        values = {"件名": {"value": mark("record")}, "添付": {"value": [{"fileKey": upload}]}}
        kintone.post("record", app=self.ids["app_id"], record=values)
        kintone.post("record/comment", app=self.ids["app_id"], record="1", comment={"text": mark("comment")})
        members = [{"entity": {"type": "USER", "code": "Administrator"}, "isAdmin": True}]
        kintone.post("template/space", id=1, name=mark("space"), members=members)
        guests = kintone.post("template/space", id=1, name=mark("guestspace"), members=members, isGuest=True)["id"]
        inside = kintone.in_guest_space(int(guests))
        self.ids |= {"space": str(guests), "guest_app": str(inside.make_app(mark("guestapp"), space=guests))}
        people = f"/workspaces/{site}/people"
        self._send(f"{people}/groups", {"code": "kakari", "name": mark("group")})
        base = f"/w/{site}/k/{self.ids['app_id']}"
        self._send(f"{base}/settings/tokens", {"name": mark("apptoken"), "permissions": ["view"]}, 201)
        self.ids["webhook_id"] = self._send(f"{base}/settings/webhooks", HOOK).split("/")[-1]
        self.ids["key"] = self._send(f"/w/{site}/k/1/import", {"file": (io.BytesIO(CSV), "a.csv")}).split("/")[-1]
        self.ids["file"] = str(self.find(select(StoredFile.key).where(StoredFile.name.contains("filename"))))
        self.ids["app_token_id"] = str(self.find(select(AppToken.id)))

    def _takeout(self) -> None:
        self._send("/my-municipality/data", {"password": PASSWORD, "records": "yes"})
        self.ids["takeout_id"] = str(self.find(select(Takeout.id)))
        run_takeout(self.app.sessions, self.app.ports, self.ids["takeout_id"], self.app.now)

    def owners(self) -> list[Visitor]:
        """Return those who together may see all that was marked."""
        doors = {**token_header(self.token.secret), **credentials("Administrator", self.password)}
        return [Visitor(self.admin, doors), Visitor(self.member), Visitor(self._enter(OPERATOR_CODE, "admin"))]

    def _visitors(self) -> dict[str, Visitor]:
        reader, neighbour = self._enter(MIHON, "reader"), self._enter(OTHER, "admin")
        token, bare = self.api.caller(OTHER, *SCOPES), self.api.caller(MIHON)
        with self.session() as session:
            session.get_one(ApiToken, bare.token_id).scopes = []
        site = self.web.open_workspace(OTHER)
        at_door = credentials("Administrator", self.web.reset_password(site, OTHER))
        token.get("/api/v1/tokens/own")
        bare.send("GET", "/api/v1/tokens/own")  # When a token was last used is noted by the minute.
        return {
            "stranger": Visitor(self.app.test_client()),
            "reader": Visitor(reader),
            "neighbour": Visitor(neighbour),
            "token of the neighbour": Visitor(self.app.test_client(), {**token_header(token.secret), **at_door}),
            "token without scopes": Visitor(self.app.test_client(), token_header(bare.secret)),
        }


def token_header(secret: str | None) -> dict[str, str]:
    """Return the header of a token."""
    return {"Authorization": f"Bearer {secret}"}


@dataclass
class Visitor:
    """Somebody who has no business with what みほん市 keeps to itself."""

    browser: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send a request as this visitor."""
        return self.browser.open(path, method=method, headers=self.headers, buffered=True, **options)


@contextmanager
def planted_service(folder: Path) -> Iterator[Planted]:
    """Run the service on a database of its own."""
    engine = make_engine(f"sqlite:///{folder / 'own.db'}")
    schema.METADATA.create_all(engine)
    settings = Settings(
        data_dir=folder,
        secret_key="of the tests",
        base_url="http://localhost",
        smtp_host="mail.example.jp",
        rate_limits=False,
    )
    ports = replace(make_ports(), mailer=open_mailer(settings), place=PublicPlace("http://localhost"))
    runtime = Runtime(settings, engine, Sessions(engine), ports, HueyQueue(folder / "jobs.db"), FixedClock())
    made = Planted(make_app(runtime))
    made.plant()
    yield made
    engine.dispose()
