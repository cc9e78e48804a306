"""A site on which every page has something to show: each thing is put there as people would."""

from __future__ import annotations

import io
import re
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from marketplace.app import make_app
from marketplace.bundle.writing import write_zip
from marketplace.edge.app import MarketplaceApp
from tests.bundle.factories import make_app as make_kintone_app
from tests.bundle.factories import make_bundle, make_field, make_manifest
from tests.walks.place import MIHON, TEMPLATE, Place

PHONE = "0166-26-1111"
CSV = "補助金コード,補助金名\nS-99,見本の補助金\n".encode()
WANTED = {"title": "消火栓の点検", "text": "点検の日ごとに残したい。", "category": "bosai", "department": "防災課"}


def held_bundle(slug: str = "held") -> bytes:
    """Make a bundle whose sample record holds what may be somebody's telephone number."""
    text = make_field("SINGLE_LINE_TEXT", "連絡先")
    app = make_kintone_app("申請", text, records={"records": [{"連絡先": {"value": PHONE}}]})
    return write_zip(make_bundle({"request": app}, manifest=make_manifest("request", slug=slug)))


def plain_bundle(slug: str) -> bytes:
    """Make a bundle of one small app."""
    app = make_kintone_app("申請", make_field("SINGLE_LINE_TEXT", "件名"))
    return write_zip(make_bundle({"request": app}, manifest=make_manifest("request", slug=slug)))


@dataclass
class Furnished:
    """What was put there, by the names that tests/walks/site_map.py uses."""

    place: Place
    things: dict[str, str] = field(default_factory=dict)

    @cached_property
    def app(self) -> MarketplaceApp:
        """The service's application, in this process and on the same data."""
        return make_app(self.place.runtime)

    @cached_property
    def people(self) -> dict[str, dict[str, str]]:
        """Who opens pages."""
        return {"officer": self.place.demo["people"][0], "operator": self.place.operator()}

    @cached_property
    def clients(self) -> dict[str, FlaskClient]:
        """Browsers without a screen, one for each kind of reader."""
        made = {name: self.app.test_client() for name in ("visitor", *self.people)}
        for name, person in self.people.items():
            answer = made[name].post("/sign-in", data={"email": person["email"], "password": person["password"]})
            assert answer.status_code == 303, name
        return made

    def furnish(self) -> None:
        """Put everything there."""
        self._installed()
        self._workspaces()
        self._templates()
        self._community()
        self._people()
        self._app()

    def address(self, path: str) -> str:
        """Return an address with the places of what was put there."""
        return path.format_map(self.things)

    def _installed(self) -> None:
        done = self.place.installed()
        self.things |= {"workspace": self.place.workspace(), "import": done["id"]}
        self.things["installation"] = done["installation_id"]
        self.things["tryout"] = self._send("visitor", f"{TEMPLATE}/try", {}).split("/")[2]

    def _workspaces(self) -> None:
        demo = self.place.demo["workspace"]
        self.things["closed"] = self._workspace(kind="closed-network", address="https://mihon.cybozu.com")
        self.things["domain"] = self._workspace(
            kind="kintone", address=demo["kintone_url"], login=demo["user"], password=demo["password"]
        )
        for name, mode, template in (
            ("pulled", "pull", "handover-notes"),
            ("carried", "carry", "subsidy-program-master"),
        ):
            order = {"template": f"yokoten/{template}", "mode": mode}
            path = f"/api/v1/workspaces/{self.things['closed']}/imports"
            self.things[name] = self._called("POST", path, order)["id"]

    def _workspace(self, **asked: str) -> str:
        return str(self._called("POST", "/api/v1/workspaces", {"name": "別の場所", **asked})["workspace"]["id"])

    def _templates(self) -> None:
        self.things["draft"] = self._called("POST", "/api/v1/drafts", held_bundle())["id"]
        self.things["released"] = "given"
        draft = self._called("POST", "/api/v1/drafts", plain_bundle("given"))["id"]
        self._called("POST", f"/api/v1/drafts/{draft}/release")
        self.things["faulty"] = self._called("POST", "/api/v1/drafts", plain_bundle("given"))["id"]
        chosen = {"app": "3:補助金・助成金申請管理"}
        export = self._send("officer", f"/workspaces/{self.things['workspace']}/exports", chosen).split("/")[2]
        self.things["export"] = export
        self._wait_for(f"/api/v1/exports/{export}")

    def _community(self) -> None:
        page = self._read("officer", TEMPLATE)
        self.things["template"] = str(page.find("a", href=re.compile("^/reports/template/"))["href"]).split("/")[3]
        stories = self._called("GET", f"/api/v1/stories?municipality={MIHON}")["items"]
        self.things["story"] = stories[0]["id"]
        self.things["wanted"] = self._send("officer", "/wanted/new", {**WANTED, "seen": "1"}).split("/")[2]
        about = {"reason": "other", "text": "見本のレコードに、氏名らしいものがあります。"}
        self._send("officer", f"/reports/template/{self.things['template']}", about)
        listed = self._read("operator", "/operator/reports")
        link = listed.main.find("a", href=re.compile("^/operator/reports/."))
        self.things["report"] = str(link["href"]).split("/")[3]

    def _people(self) -> None:
        member = self.place.person()
        self.things["person"] = member["id"]
        self._send("officer", "/members/invite", {"email": "shinjin@example.lg.jp", "role": "reader"})
        self.things["invitation"] = self.place.link_to("shinjin@example.lg.jp").split("/")[2]
        self._send("visitor", "/password-reset", {"email": member["email"]})
        self.things["reset"] = self.place.link_to(member["email"]).split("/")[2]
        people = f"/workspaces/{self.things['workspace']}/people"
        self._send("officer", f"{people}/groups", {"code": "kakari", "name": "係"})
        user = self._read("officer", people).main.find("a", href=re.compile(f"^{people}/users/."))
        self.things["user"] = str(user["href"]).rpartition("/")[2]

    def _app(self) -> None:
        base = f"/w/{self.things['workspace']}/k"
        hook = {"url": "https://hooks.example.lg.jp/a", "active": "yes", "events": ["ADD_RECORD"]}
        self.things["webhook"] = self._send("officer", f"{base}/3/settings/webhooks", hook).split("/")[-1]
        self.things["file"] = self._send("officer", f"{base}/1/import", {"file": (io.BytesIO(CSV), "a.csv")}).split(
            "/"
        )[-1]

    def _send(self, reader: str, path: str, data: dict[str, Any]) -> str:
        answer = self.clients[reader].post(path, data=data)
        assert answer.status_code == 303, (path, answer.status_code, answer.get_data(as_text=True)[-3000:])
        return answer.headers["Location"]

    def _read(self, reader: str, path: str) -> BeautifulSoup:
        answer = self.clients[reader].get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return BeautifulSoup(answer.get_data(as_text=True), "html5lib")

    def _called(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.place.call(method, path, body)
        assert answer.status < 300, (path, answer.status, answer.content.decode())
        return answer.json

    def _wait_for(self, path: str) -> None:
        deadline = time.monotonic() + 60
        while self._called("GET", path)["state"] in {"queued", "running"}:
            assert time.monotonic() < deadline, path
            time.sleep(0.2)
