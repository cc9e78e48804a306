"""A site behind the real application, called as a client calls it."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.kernel.ports import Ports
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.sandbox import sites
from tests.fakes import FixedClock

SITE = "shimotsuma"
PASSWORD = "correct-horse"


def credentials(login: str, password: str = PASSWORD) -> dict[str, str]:
    """The header of a login."""
    return {"X-Cybozu-Authorization": base64.b64encode(f"{login}:{password}".encode()).decode()}


class Kintone:
    """Calls the API of one site as one user; answers are decoded, refusals stay visible."""

    def __init__(
        self, app: MarketplaceApp, headers: dict[str, str], guest_space: int | None = None, site: str = SITE
    ) -> None:
        self.app = app
        self.client = app.test_client()
        self.headers = headers
        self.site = site
        self.path = "v1" if guest_space is None else f"guest/{guest_space}/v1"

    def in_guest_space(self, number: int) -> Kintone:
        """The same user on the path of a guest space."""
        return Kintone(self.app, self.headers, number, self.site)

    def send(self, method: str, name: str, body: object = None, **options: Any) -> TestResponse:
        """Send a body as JSON and return the raw answer."""
        headers = {**self.headers, **options.pop("headers", {})}
        data = options.pop("data", None if body is None else json.dumps(body))
        options.setdefault("content_type", "application/json")
        return self.client.open(
            f"/w/{options.pop('site', self.site)}/k/{self.path}/{name}.json",
            method=method,
            data=data,
            headers=headers,
            **options,
        )

    def get(self, path: str, /, **parameters: object) -> Any:
        """Read, with the parameters in the URL."""
        response = self.send("GET", path, query_string=parameters)
        assert response.status_code == 200, response.json
        return response.json

    def put(self, path: str, /, **body: object) -> Any:
        """Change; the answer must be a success."""
        return self._write("PUT", path, body)

    def post(self, path: str, /, **body: object) -> Any:
        """Add; the answer must be a success."""
        return self._write("POST", path, body)

    def delete(self, path: str, /, **body: object) -> Any:
        """Delete; the answer must be a success."""
        return self._write("DELETE", path, body)

    def refused(self, method: str, path: str, /, **body: object) -> tuple[int, str]:
        """Return status and code of a call that must be refused."""
        response = self.send(method, path, body)
        assert response.status_code >= 400, response.json
        return response.status_code, response.json["code"]

    def errors(self, method: str, path: str, /, **body: object) -> dict[str, list[str]]:
        """Return the messages by key of a call that must be refused as invalid."""
        response = self.send(method, path, body)
        assert (response.status_code, response.json["code"]) == (400, "CB_VA01"), response.json
        return {key: value["messages"] for key, value in response.json["errors"].items()}

    def make_app(self, name: str = "補助金申請", **place: object) -> int:
        """Create an app in preparation and return its number."""
        return int(self.post("preview/app", name=name, **place)["app"])

    def make_space(self, name: str = "防災", *members: str, **settings: object) -> int:
        """Make a space that the caller and the members belong to, and return its number."""
        people = [
            {"entity": {"type": "USER", "code": code}, "isAdmin": code == "admin"} for code in ("admin", *members)
        ]
        return int(self.post("template/space", id=1, name=name, members=people, **settings)["id"])

    def upload(self, data: bytes, name: str = "file.bin") -> str:
        """Upload a file and return its key."""
        sent = {"file": (io.BytesIO(data), name)}
        answer = self.send("POST", "file", data=sent, content_type="multipart/form-data")
        return answer.json["fileKey"]

    def add_fields(self, app: int, **properties: dict[str, Any]) -> str:
        """Add fields; `code` and `label` are the names unless given."""
        complete = {code: {"code": code, "label": code, **each} for code, each in properties.items()}
        return self.post("preview/app/form/fields", app=app, properties=complete)["revision"]

    def deploy(self, *apps: int) -> None:
        """Put apps into use."""
        self.post("preview/app/deploy", apps=[{"app": app} for app in apps])

    def live_app(self, **properties: dict[str, Any]) -> int:
        """Create an app with fields and put it into use."""
        app = self.make_app()
        if properties:
            self.add_fields(app, **properties)
        self.deploy(app)
        return app

    def _write(self, method: str, name: str, body: object) -> Any:
        response = self.send(method, name, body)
        assert response.status_code == 200, response.json
        return response.json


@pytest.fixture
def web(sessions: Sessions, ports: Ports, clock: FixedClock) -> Iterator[MarketplaceApp]:
    """The application with one site and its users."""
    app = MarketplaceApp(sessions=sessions, ports=ports, now=clock)
    app.mount(blueprint, site_caller)
    with unit_of_work(sessions) as (session, _):
        sites.create_site(session, SITE, "下妻市", clock())
        sites.add_user(session, SITE, "admin", "管理者", PASSWORD, is_admin=True)
        sites.add_user(session, SITE, "sato", "佐藤", PASSWORD)
        sites.add_user(session, SITE, "suzuki", "鈴木", PASSWORD)
    return app


@pytest.fixture
def kintone(web: MarketplaceApp) -> Kintone:
    """The site as its administrator calls it."""
    return Kintone(web, credentials("admin"))


@pytest.fixture
def as_sato(web: MarketplaceApp) -> Kintone:
    """The site as a user without rights of their own calls it."""
    return Kintone(web, credentials("sato"))


@pytest.fixture
def as_suzuki(web: MarketplaceApp) -> Kintone:
    """The site as another user without rights of their own calls it."""
    return Kintone(web, credentials("suzuki"))
