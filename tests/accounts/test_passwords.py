"""What guessing costs, with the hasher that the service has and no other test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from marketplace.accounts import passwords
from marketplace.accounts.passwords import hash_password, is_outdated, matches
from tests.accounts.factories import PASSWORD


@pytest.fixture(autouse=True)
def _slowly(real_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "_HASHER", real_hasher)
    passwords._hash_of_nobody.cache_clear()
    yield
    passwords._hash_of_nobody.cache_clear()


def test_a_hash_costs_what_the_standard_asks_and_belongs_to_one_password():
    made = hash_password(PASSWORD)
    assert extract_parameters(made) == RFC_9106_LOW_MEMORY
    assert matches(made, PASSWORD)
    assert not matches(made, PASSWORD + "x")
    assert not is_outdated(made)


def test_a_person_that_does_not_exist_costs_as_much():
    assert not matches(None, PASSWORD)
    assert extract_parameters(passwords._hash_of_nobody()) == RFC_9106_LOW_MEMORY


def test_a_cheaper_hash_is_outdated():
    assert is_outdated(PasswordHasher(time_cost=2).hash(PASSWORD))
