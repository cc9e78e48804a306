"""The part that keeps secrets which the service has to be able to read again, such as passwords for other systems."""

from __future__ import annotations

from typing import Protocol


class VaultError(Exception):
    """What was sealed can't be read: it was changed, or its key is not among the keys any more."""


class Vault(Protocol):
    """Seals texts, so that the database alone tells nobody anything. Adapters pass tests/contract/test_vault.py."""

    def seal(self, text: str) -> str:
        """Return a text sealed with the newest key; the same text looks different each time."""
        ...

    def unseal(self, sealed: str) -> str:
        """Return the text again, whichever of the keys it was sealed with. Raises VaultError."""
        ...

    def renew(self, sealed: str) -> str:
        """Return the same text sealed with the newest key. Raises VaultError."""
        ...


class ClosedVault:
    """Keeps nothing: what stands in where the composition root opened no vault."""

    def seal(self, text: str) -> str:  # noqa: ARG002 - the protocol's
        """Refuse to keep a secret. Raises VaultError."""
        raise VaultError

    def unseal(self, sealed: str) -> str:  # noqa: ARG002 - the protocol's
        """Know nothing. Raises VaultError."""
        raise VaultError

    def renew(self, sealed: str) -> str:  # noqa: ARG002 - the protocol's
        """Know nothing. Raises VaultError."""
        raise VaultError
