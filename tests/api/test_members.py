"""Members and invitations by API, for programs that keep them in step with the staff list."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from marketplace.kernel.actor import SYSTEM, Actor, ActorKind, Permission
from marketplace.kernel.mail import LocalOutbox
from marketplace.kernel.signing_in import PublicPlace
from marketplace.mail.models import Mail
from marketplace.municipalities.models import Membership
from marketplace.municipalities.roles import Role
from marketplace.workspaces.tokens import issue_token
from tests.accounts.factories import make_person
from tests.api.factories import OTHER, OWN, Caller
from tests.municipalities.factories import make_member

MEMBERS, INVITATIONS = "/api/v1/members", "/api/v1/invitations"
NEW = {"email": "New@Example.lg.jp", "role": "reader"}


@pytest.fixture
def app(app):
    """A service that writes letters."""
    app.ports = replace(app.ports, mailer=LocalOutbox(), place=PublicPlace("http://localhost"))
    return app


@pytest.fixture
def people(world) -> dict[str, str]:
    """The ids of an administrator and of a reader."""
    with world.context(SYSTEM) as ctx:
        names = {Role.ADMIN: "管理 一郎", Role.READER: "閲覧 二郎"}
        made = {role: make_person(ctx.session, name=name).id for role, name in names.items()}
        for role, person_id in made.items():
            make_member(ctx.session, OWN, role, person_id=person_id)
        return {role.value: person_id for role, person_id in made.items()}


@pytest.fixture
def manager(world, people):
    """Return what makes a token that a member issued."""

    def make(*scopes: Permission, workspace_id: str | None = None) -> Caller:
        issuer = Actor(
            ActorKind.PERSON, person_id=people["admin"], municipality_code=OWN, permissions=frozenset(Permission)
        )
        wanted = [scope.value for scope in scopes]
        with world.context(issuer) as ctx:
            data = {"name": "名簿", "scopes": wanted, "workspace_id": workspace_id, "expires_in_days": 30}
            return Caller(world.app.test_client(), issue_token(ctx, data).secret)

    return make


def role_of(world, person_id: str) -> Role | None:
    with world.context(SYSTEM) as ctx:
        return ctx.session.scalar(select(Membership.role).where(Membership.person_id == person_id))


def test_members_are_listed_and_read(caller, people):
    items = caller.get(MEMBERS).json["items"]
    assert [(each["id"], each["name"], each["role"]) for each in items] == [
        (people["admin"], "管理 一郎", "admin"),
        (people["reader"], "閲覧 二郎", "reader"),
    ]
    assert {each["second_factor"] for each in items} == {False}
    assert caller.get(f"{MEMBERS}/{people['reader']}").json == items[1]


def test_a_role_is_changed_and_a_member_removed(caller, people, world):
    place = f"{MEMBERS}/{people['reader']}"
    assert caller.send("PATCH", place, 200, json={"role": "publisher"}).json["role"] == "publisher"
    caller.refused("PATCH", place, 422, "input-invalid", json={"role": "owner"})
    caller.refused("PATCH", place, 422, "input-invalid", json={})
    caller.send("DELETE", place, 204)
    assert role_of(world, people["reader"]) is None
    caller.refused("DELETE", place, 404, "member-not-found")


def test_the_last_administrator_stays(caller, people):
    place = f"{MEMBERS}/{people['admin']}"
    caller.refused("PATCH", place, 409, "last-admin", json={"role": "reader"})
    caller.refused("DELETE", place, 409, "last-admin")


def test_somebody_is_invited_in_the_name_of_whoever_issued_the_token(manager, world):
    caller = manager(Permission.MEMBERS_MANAGE, Permission.WORKSPACES_READ)
    once = {"Idempotency-Key": "once"}
    first, second = (caller.post(INVITATIONS, 201, json=NEW, headers=once) for _ in range(2))
    assert first.json == second.json
    assert (first.json["email"], first.json["inviter"]) == ("new@example.lg.jp", "管理 一郎")
    assert caller.get(INVITATIONS).json["items"] == [first.json]
    assert caller.get(first.headers["Location"]).json == first.json
    with world.context(SYSTEM) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Mail)) == 1
    assert set(first.json) == {"id", "email", "role", "inviter", "sent_at", "expires_at"}
    caller.refused("POST", INVITATIONS, 409, "invitation-pending", json=NEW)
    caller.send("DELETE", f"{INVITATIONS}/{first.json['id']}", 204)
    caller.refused("DELETE", f"{INVITATIONS}/{first.json['id']}", 404, "invitation-not-found")
    assert caller.get(INVITATIONS).json["items"] == []


def test_a_token_whose_issuer_is_gone_invites_nobody(manager, caller, people, world):
    token = manager(Permission.MEMBERS_MANAGE, Permission.WORKSPACES_READ)
    with world.context(SYSTEM) as ctx:
        make_member(ctx.session, OWN, Role.ADMIN)
    caller.send("DELETE", f"{MEMBERS}/{people['admin']}", 204)
    token.refused("POST", INVITATIONS, 409, "inviter-unknown", json=NEW)
    caller.refused("POST", INVITATIONS, 409, "inviter-unknown", json=NEW)


def test_a_token_gives_no_more_than_it_may_itself(manager, people, world):
    caller = manager(Permission.MEMBERS_MANAGE, Permission.WORKSPACES_READ)
    place = f"{MEMBERS}/{people['reader']}"
    for role in ("admin", "publisher", "installer"):
        caller.refused("PATCH", place, 403, "forbidden", json={"role": role})
        caller.refused("POST", INVITATIONS, 403, "forbidden", json={**NEW, "role": role})
    assert role_of(world, people["reader"]) is Role.READER
    caller.send("PATCH", place, 200, json={"role": "reader"})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", MEMBERS, None),
        ("GET", f"{MEMBERS}/x", None),
        ("PATCH", f"{MEMBERS}/x", {"role": "reader"}),
        ("DELETE", f"{MEMBERS}/x", None),
        ("GET", INVITATIONS, None),
        ("POST", INVITATIONS, NEW),
        ("GET", f"{INVITATIONS}/x", None),
        ("DELETE", f"{INVITATIONS}/x", None),
    ],
)
def test_it_needs_its_permission_for_the_whole_municipality(world, stranger, method, path, body):
    options = {} if body is None else {"json": body}
    stranger.refused(method, path, 401, "unauthenticated", **options)
    problem = world.caller(OWN, Permission.WORKSPACES_READ).refused(method, path, 403, "forbidden", **options)
    assert problem["params"] == {"needs": "members:manage"}
    world.caller(workspace_id=world.workspace()).refused(method, path, 403, "forbidden", **options)


def test_another_municipality_reaches_nobody(world, people):
    neighbour, place = world.caller(OTHER), f"{MEMBERS}/{people['reader']}"
    assert people["reader"] not in neighbour.get(MEMBERS).get_data(as_text=True)
    neighbour.refused("GET", place, 404, "member-not-found")
    neighbour.refused("PATCH", place, 404, "member-not-found", json={"role": "admin"})
    neighbour.refused("DELETE", place, 404, "member-not-found")
    assert role_of(world, people["reader"]) is Role.READER
