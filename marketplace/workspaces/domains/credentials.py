"""Seals the passwords of a connection, and opens them for the moment of a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from marketplace.kernel.ports import Ports
from marketplace.kernel.vault import Vault, VaultError
from marketplace.kintone.account import Account
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.domain import DomainTransport
from marketplace.workspaces.domains.errors import CredentialsUnreadableError
from marketplace.workspaces.domains.models import Connection


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an account signs in with; passwords are not printed."""

    login: str
    password: str = field(repr=False)
    gate_user: str | None = None
    gate_password: str = field(default="", repr=False)

    @classmethod
    def of_input(cls, given: Mapping[str, str]) -> Credentials:
        """Return the credentials that were entered."""
        gate_user = given.get("gate_user") or None
        gate_password = given.get("gate_password", "") if gate_user else ""
        return cls(given["login"], given["password"], gate_user, gate_password)


def seal(vault: Vault, workspace_id: str, credentials: Credentials) -> str:
    """Return the passwords sealed for one workspace; in another's row they are worth nothing."""
    passwords = [workspace_id, credentials.password, credentials.gate_password]
    return vault.seal(json.dumps(passwords, ensure_ascii=False))


def open_account(vault: Vault, connection: Connection) -> Account:
    """Return the account of a connection with its passwords. Raises CredentialsUnreadableError."""
    try:
        workspace_id, password, gate_password = json.loads(vault.unseal(connection.sealed))
    except (VaultError, ValueError):
        raise CredentialsUnreadableError from None
    if workspace_id != connection.workspace_id:
        raise CredentialsUnreadableError
    return Account(connection.address, connection.login, password, connection.gate_user, gate_password)


def client_of(ports: Ports, connection: Connection, *, seconds: float | None = None) -> KintoneClient:
    """Return what calls the domain of a connection, each call within some seconds if they are given.

    Raises CredentialsUnreadableError.
    """
    account = open_account(ports.vault, connection)
    return KintoneClient(DomainTransport(ports.outbound, account, seconds), guest_space=connection.guest_space)
