"""What every vault must do: give back what was sealed, to nobody but holders of a key, and notice what was changed."""

from __future__ import annotations

import pytest

from marketplace.kernel.vault import ClosedVault, VaultError
from marketplace.vault.fernet import FernetVault, new_key

SECRET = "秘密 password"


@pytest.fixture
def old_key():
    return new_key()


def test_what_was_sealed_comes_back(old_key):
    vault = FernetVault([old_key])
    assert vault.unseal(vault.seal(SECRET)) == SECRET


def test_the_same_secret_looks_different_each_time(old_key):
    vault = FernetVault([old_key])
    seals = {vault.seal(SECRET) for _ in range(3)}
    assert len(seals) == 3
    assert not any(SECRET in sealed for sealed in seals)


def test_without_the_key_nothing_is_read(old_key):
    sealed = FernetVault([old_key]).seal(SECRET)
    stranger = FernetVault([new_key()])
    for act in (stranger.unseal, stranger.renew):
        with pytest.raises(VaultError):
            act(sealed)


@pytest.mark.parametrize("broken", ["", "x", "秘密", "gAAAAA=="])
def test_what_is_no_seal_is_refused(old_key, broken):
    with pytest.raises(VaultError):
        FernetVault([old_key]).unseal(broken)


def test_one_changed_letter_is_noticed(old_key):
    vault = FernetVault([old_key])
    sealed = vault.seal(SECRET)
    changed = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]
    with pytest.raises(VaultError):
        vault.unseal(changed)


def test_old_keys_read_on_and_renewing_makes_them_needless(old_key):
    sealed, key = FernetVault([old_key]).seal(SECRET), new_key()
    both = FernetVault([key, old_key])
    assert both.unseal(sealed) == SECRET
    assert FernetVault([key]).unseal(both.renew(sealed)) == SECRET


def test_a_key_of_the_wrong_shape_is_refused_without_being_told():
    with pytest.raises(ValueError, match="not a Fernet key") as refused:
        FernetVault(["my-secret-key"])
    assert "my-secret-key" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_closed_vault_keeps_nothing():
    for act in (ClosedVault().seal, ClosedVault().unseal, ClosedVault().renew):
        with pytest.raises(VaultError):
            act(SECRET)
