"""Hashes passwords (argon2id) and checks them in equal time, whether the person exists or not."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.kernel.ids import new_secret

_HASHER = PasswordHasher()


def normalise_password(password: str) -> str:
    """Return the password as it is hashed: an input method may write the same letters in full width."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return the argon2id hash."""
    return _HASHER.hash(_bytes_of(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether the password belongs to the hash; None costs the same time and is never right."""
    try:
        _HASHER.verify(password_hash or _hash_of_nobody(), _bytes_of(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Tell whether the hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _bytes_of(password: str) -> bytes:
    """Return what is hashed; a broken letter in a hostile request must not fail here."""
    return normalise_password(password).encode("utf-8", "surrogatepass")


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(new_secret())
