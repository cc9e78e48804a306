"""Municipalities with tokens, templates and workspaces behind the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.bundle.model import Bundle
from marketplace.bundle.writing import write_zip
from marketplace.catalog import services as catalog
from marketplace.catalog.models import TemplateVersion
from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.kernel.actor import SCOPES, SYSTEM, Actor, ActorKind, Permission
from marketplace.kernel.context import Context
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.roles import Role, permissions_of
from marketplace.operating.verifying import mark_as_verified
from marketplace.workspaces.services import create_workspace
from marketplace.workspaces.tokens import issue_token, revoke_token
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.catalog_domain.factories import compare_all
from tests.community.factories import make_installation
from tests.municipalities.factories import MIHON, make_municipality

OWN = MIHON
OTHER = "993026"
PUBLISHER = "993018"
SLUG = "subsidy-grant-management"
TEMPLATE = f"/api/v1/templates/{PUBLISHER}/{SLUG}"
NAMES = {OWN: "みほん市", OTHER: "となり市", PUBLISHER: "公開市"}


def with_fields(number: str, *codes: str, **manifest: Any) -> Bundle:
    """Make a bundle of one app with these text fields."""
    fields = [make_field("SINGLE_LINE_TEXT", code) for code in codes]
    return make_bundle({"request": make_app("申請", *fields)}, version=number, **manifest)


def zip_of(number: str = "1.0.0", *codes: str, **manifest: Any) -> bytes:
    """Make the zip of such a bundle, with its list of changes."""
    changes = {"CHANGELOG.md": f"# 変更の記録\n\n## {number}\n"}
    return write_zip(with_fields(number, *(codes or ("件名",)), files=changes, **manifest))


@dataclass
class Caller:
    """Somebody with a token, or without one."""

    client: FlaskClient
    secret: str | None = None
    token_id: str = ""

    def send(self, method: str, path: str, status: int | None = None, **options: Any) -> TestResponse:
        """Send a request; fail if the answer has another status than the one given."""
        headers = dict(options.pop("headers", {}))
        if self.secret is not None:
            headers.setdefault("Authorization", f"Bearer {self.secret}")
        response = self.client.open(path, method=method, headers=headers, **options)
        assert status is None or response.status_code == status, response.get_data(as_text=True)
        return response

    def get(self, path: str, status: int = 200, **options: Any) -> TestResponse:
        return self.send("GET", path, status, **options)

    def post(self, path: str, status: int, **options: Any) -> TestResponse:
        return self.send("POST", path, status, **options)

    def upload(self, data: bytes, status: int = 201, **headers: str) -> TestResponse:
        """Upload a bundle as a draft."""
        sent = {"Content-Type": "application/zip", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.post("/api/v1/drafts", status, data=data, headers=sent)

    def refused(self, method: str, path: str, status: int, code: str, **options: Any) -> dict[str, Any]:
        """Send a request that is refused with a code and return the problem."""
        problem: dict[str, Any] = self.send(method, path, status, **options).get_json(force=True)
        assert problem["code"] == code, problem
        return problem


@dataclass
class World:
    """Puts things into the database as their owners would, each in a transaction of its own."""

    app: MarketplaceApp

    def stranger(self) -> Caller:
        """Return a caller without a token."""
        return Caller(self.app.test_client())

    def caller(self, code: str = OWN, *scopes: Permission, workspace_id: str | None = None, days: int = 30) -> Caller:
        """Return a caller with a token of a municipality; it may do everything unless told."""
        wanted = [scope.value for scope in scopes or SCOPES]
        data = {"name": "試験", "scopes": wanted, "workspace_id": workspace_id, "expires_in_days": days}
        with self.context(member_of(code)) as ctx:
            issued = issue_token(ctx, data)
            return Caller(self.app.test_client(), issued.secret, issued.token.id)

    def revoke(self, caller: Caller, code: str = OWN) -> None:
        with self.context(member_of(code)) as ctx:
            revoke_token(ctx, caller.token_id)

    def release(self, bundle: Bundle | None = None, publisher: str = PUBLISHER) -> TemplateVersion:
        """Release a version."""
        with self.context(SYSTEM) as ctx:
            make_municipality(ctx.session, publisher, name=NAMES.get(publisher, "公開市"))
            return catalog.add_version(ctx, publisher, bundle or make_bundle())

    def compare(self) -> None:
        """Let the worker have had its turn at what is similar."""
        with self.context(SYSTEM) as ctx:
            compare_all(ctx)

    def verify(self, code: str) -> None:
        """Let a municipality count as verified."""
        with self.context(SYSTEM) as ctx:
            municipality = make_municipality(ctx.session, code, name=NAMES.get(code, "公開市"))
            mark_as_verified(ctx, municipality, "試験")

    def operator(self, person_id: str = "operator") -> Actor:
        """Return somebody who runs the service."""
        with self.context(SYSTEM) as ctx:
            make_municipality(ctx.session, OPERATOR_CODE, name="ヨコテン")
        granted = permissions_of(Role.ADMIN, OPERATOR_CODE)
        return Actor(ActorKind.PERSON, person_id, None, OPERATOR_CODE, permissions=granted, name="運営 一郎")

    def workspace(self, code: str = OWN) -> str:
        """Make a workspace and return its id."""
        with self.context(member_of(code)) as ctx:
            return create_workspace(ctx, {"name": "検証用"}).workspace.id

    def installed(self, version: TemplateVersion, code: str = OWN) -> str:
        """Record that a municipality installed a version."""
        with self.context(member_of(code)) as ctx:
            return make_installation(ctx, version, code).id

    @contextmanager
    def context(self, actor: Actor) -> Iterator[Context]:
        """Open a transaction for an actor, whose municipality is made when it is not there."""
        with unit_of_work(self.app.sessions) as (session, after_commit):
            if actor.municipality_code is not None:
                make_municipality(session, actor.municipality_code, name=NAMES.get(actor.municipality_code, "見本町"))
            yield Context(session, actor, self.app.now, after_commit, self.app.ports)


def member_of(code: str) -> Actor:
    """An administrator of a municipality."""
    return Actor(ActorKind.PERSON, municipality_code=code, permissions=frozenset(Permission), name="見本 花子")
