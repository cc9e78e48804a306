"""A vault over Fernet: AES-128 in CBC mode with an HMAC, so that a changed text is noticed and not read."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from marketplace.kernel.vault import VaultError


class FernetVault:
    """Seals with the first of its keys and reads with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys, newest first. Raises ValueError, which names none of them, for one that is no Fernet key."""
        try:
            self._keys = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            message = "not a Fernet key"
            raise ValueError(message) from None

    def seal(self, text: str) -> str:
        """Return a text sealed with the newest key."""
        return self._keys.encrypt(text.encode("utf-8")).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """Return the text again. Raises VaultError."""
        try:
            return self._keys.decrypt(sealed.encode("utf-8")).decode("utf-8")
        except InvalidToken:
            raise VaultError from None

    def renew(self, sealed: str) -> str:
        """Return the same text sealed with the newest key. Raises VaultError."""
        try:
            return self._keys.rotate(sealed.encode("utf-8")).decode("ascii")
        except InvalidToken:
            raise VaultError from None


def new_key() -> str:
    """Return a fresh key."""
    return Fernet.generate_key().decode("ascii")
