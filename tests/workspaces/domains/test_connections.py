"""Connecting kintone domains, and changing how they are reached."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError
from sqlalchemy import select, text

from marketplace.audit.models import AuditEvent
from marketplace.kernel.errors import ForbiddenError
from marketplace.sandbox import sites
from marketplace.vault.fernet import FernetVault, new_key
from marketplace.workspaces import queries
from marketplace.workspaces.closing import close_workspace
from marketplace.workspaces.domains import services
from marketplace.workspaces.domains.credentials import open_account
from marketplace.workspaces.domains.errors import CredentialsUnreadableError, NotADomainError, NotBuiltInError
from marketplace.workspaces.domains.rekeying import rekey
from marketplace.workspaces.errors import WorkspaceNotFoundError
from marketplace.workspaces.people import services as people
from marketplace.workspaces.services import create_workspace, reset_password
from tests.municipalities.factories import MIHON, actor_for, make_municipality
from tests.workspaces.domains.factories import GATE_PASSWORD, LOGIN, PASSWORD, make_connection, make_input
from tests.workspaces.factories import make_workspace

ADDRESS = "https://example.cybozu.com"


@pytest.fixture
def admin(session, context_of):
    make_municipality(session, MIHON)
    return context_of(actor_for("admin", MIHON))


def account_of(ctx, connection):
    return open_account(ctx.ports.vault, connection)


def test_a_kintone_domain_is_connected_and_has_no_inside_here(admin):
    made = create_workspace(admin, make_input(f"{ADDRESS}/k/#/portal", guest_space=" 5 "))
    connection = made.workspace.connection
    assert (made.workspace.kind, made.user, made.password) == ("kintone", LOGIN, None)
    assert (connection.address, connection.guest_space) == (ADDRESS, "5")
    assert made.workspace.apps_address == f"{ADDRESS}/k/guest/5/"
    assert sites.find_site(admin.session, made.workspace.id) is None


def test_the_account_comes_back_for_a_call_as_it_was_typed(admin):
    connection = make_connection(admin, password="  pass:wörd 馬 ", gate_user="gate", gate_password=GATE_PASSWORD)
    account = account_of(admin, connection)
    assert (account.login, account.password) == (LOGIN, "  pass:wörd 馬 ")
    assert (account.gate_user, account.gate_password) == ("gate", GATE_PASSWORD)


def test_no_table_holds_a_password(admin):
    connection = make_connection(admin, gate_user="gate", gate_password=GATE_PASSWORD)
    services.replace_credentials(admin, connection.workspace_id, {"login": "other", "password": f"{PASSWORD}2"})
    admin.session.flush()
    for table in ("workspaces", "workspace_connections", "audit_events"):
        rows = admin.session.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - names of our own
        assert rows
        assert not [secret for secret in (PASSWORD, GATE_PASSWORD) if secret in repr(rows)]


def test_sealed_passwords_are_worth_nothing_in_another_row(admin):
    one, other = make_connection(admin), make_connection(admin)
    other.sealed = one.sealed
    with pytest.raises(CredentialsUnreadableError):
        account_of(admin, other)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": ""}, "address"),
        ({"address": "https://example.com"}, "address"),
        ({"login": ""}, "login"),
        ({"login": "a:b"}, "login"),
        ({"password": ""}, "password"),
        ({"password": "a\nb"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"guest_space": "five"}, "guest_space"),
        ({"guest_space": "0"}, "guest_space"),
        ({"guest_space": "５"}, "guest_space"),
        ({"guest_space": "1" * 11}, "guest_space"),
        ({"gate_user": "gate"}, "gate_password"),
        ({"gate_password": "x"}, "gate_user"),
        ({"kind": "builtin"}, "address"),
        ({"kind": "tryout"}, "kind"),
        ({"colour": "red"}, "colour"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_pointed_at_and_never_repeated(admin, changes, field):
    with pytest.raises(ValidationError) as refused:
        create_workspace(admin, make_input(**changes))
    assert field in refused.value.messages
    assert PASSWORD not in str(refused.value.messages)


def test_a_new_path_or_guest_space_keeps_the_password_and_forgets_the_check(admin):
    connection = make_connection(admin)
    connection.last_check = {"works": True}
    services.change_connection(admin, connection.workspace_id, {"address": ADDRESS, "guest_space": "7"})
    assert (connection.guest_space, connection.last_check) == ("7", None)
    assert account_of(admin, connection).password == PASSWORD


def test_a_stored_password_never_goes_to_another_host(admin):
    connection = make_connection(admin, gate_user="gate", gate_password=GATE_PASSWORD)
    there = {"address": "https://elsewhere.cybozu.com"}
    for entered in ({}, {"password": "new"}, {"gate_password": "new"}):
        with pytest.raises(ValidationError):
            services.change_connection(admin, connection.workspace_id, {**there, **entered})
    assert connection.address == ADDRESS
    services.change_connection(
        admin, connection.workspace_id, {**there, "password": "new", "gate_password": "new gate"}
    )
    account = account_of(admin, connection)
    assert (account.address, account.password, account.gate_password) == (there["address"], "new", "new gate")


def test_replaced_credentials_count_from_that_day(admin, clock):
    connection = make_connection(admin, gate_user="gate", gate_password=GATE_PASSWORD)
    clock.advance(days=200)
    assert connection.rotate_by < clock()
    services.replace_credentials(admin, connection.workspace_id, {"login": "other", "password": "new"})
    account = account_of(admin, connection)
    assert (account.login, account.password, account.gate_user) == ("other", "new", None)
    assert connection.rotated_at == clock()


def test_every_change_is_in_the_audit_log(admin):
    workspace_id = make_connection(admin).workspace_id
    services.change_connection(admin, workspace_id, {"address": ADDRESS, "guest_space": "7"})
    services.replace_credentials(admin, workspace_id, {"login": "other", "password": "new"})
    rekey(admin)
    close_workspace(admin, workspace_id)
    admin.session.flush()
    acts = {row.act: row.facts for row in admin.session.scalars(select(AuditEvent))}
    assert acts.keys() >= {"workspace.connected", "workspace.connection-changed", "workspace.credentials-replaced"}
    assert acts["workspace.connection-changed"] == {"address": ADDRESS, "guest_space": "7", "account": LOGIN}
    assert acts["workspace.credentials-rekeyed"] == {}


def test_a_closed_workspace_forgets_its_passwords_at_once(admin):
    workspace_id = make_connection(admin).workspace_id
    close_workspace(admin, workspace_id)
    admin.session.flush()
    assert admin.session.execute(text("SELECT * FROM workspace_connections")).all() == []
    with pytest.raises(WorkspaceNotFoundError):
        queries.get_workspace(admin, workspace_id)


@pytest.mark.parametrize("role", ["publisher", "installer", "reader"])
def test_only_those_who_manage_change_a_connection(admin, context_of, role):
    workspace_id, ctx = make_connection(admin).workspace_id, context_of(actor_for(role, MIHON))
    for act in (services.change_connection, services.replace_credentials):
        with pytest.raises(ForbiddenError):
            act(ctx, workspace_id, {"address": ADDRESS, "login": "a", "password": "b"})
    stranger = context_of(actor_for("admin", make_municipality(ctx.session).code))
    for act in (services.change_connection, services.replace_credentials):
        with pytest.raises(WorkspaceNotFoundError):
            act(stranger, workspace_id, {})


def test_each_kind_refuses_what_only_the_other_has(admin):
    built_in, workspace_id = make_workspace(admin.session), make_connection(admin).workspace_id
    with pytest.raises(NotADomainError):
        services.replace_credentials(admin, built_in.id, {"login": "a", "password": "b"})
    for act in (reset_password, people.managed_workspace, queries.get_builtin_workspace):
        with pytest.raises(NotBuiltInError):
            act(admin, workspace_id)


def test_a_new_key_takes_over_and_the_old_one_can_be_thrown_away(admin, context_of):
    connection, old = make_connection(admin), admin.ports.vault
    key = new_key()
    lost = make_connection(admin)
    lost.sealed = FernetVault([new_key()]).seal("x")

    class Both:
        def renew(self, sealed):
            return FernetVault([key]).seal(old.unseal(sealed))

    object.__setattr__(admin.ports, "vault", Both())
    done = rekey(admin)
    assert (done.renewed, done.unreadable) == (1, (lost.workspace_id,))
    assert open_account(FernetVault([key]), connection).password == PASSWORD
    with pytest.raises(CredentialsUnreadableError):
        open_account(old, connection)
