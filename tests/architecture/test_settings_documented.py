"""docs/settings.md and the settings say the same."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from marketplace.setting_values import SettingsError
from marketplace.settings import PREFIX, Settings

DOCUMENT = Path("docs/settings.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_and_nothing_else():
    documented = set(re.findall(r"^\| `(MARKETPLACE_[A-Z_]+)`", DOCUMENT, flags=re.MULTILINE))
    assert documented == {PREFIX + field.name.upper() for field in fields(Settings)}


def test_an_unknown_setting_refuses_to_start():
    with pytest.raises(SettingsError, match="MARKETPLACE_DATABASE_ADDRESS"):
        Settings.from_env({"MARKETPLACE_DATABASE_ADDRESS": "sqlite://"})


@pytest.mark.parametrize(("name", "value"), [("MARKETPLACE_PORT", "eight"), ("MARKETPLACE_SECURE_COOKIES", "maybe")])
def test_a_setting_of_the_wrong_kind_refuses_to_start(name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({name: value})


def test_settings_are_read_as_their_kinds():
    settings = Settings.from_env({"MARKETPLACE_PORT": "8123", "MARKETPLACE_DATA_DIR": "elsewhere", "PATH": "/bin"})
    assert (settings.port, settings.data_dir) == (8123, Path("elsewhere"))
    assert settings.public_url == "http://localhost:8123"


def test_trusted_hosts_are_listed_with_commas():
    settings = Settings.from_env({"MARKETPLACE_OUTBOUND_TRUSTED_HOSTS": " Hooks.Example , 127.0.0.1:8200,"})
    assert settings.trusted_hosts == {"hooks.example", "127.0.0.1:8200"}
    assert Settings().trusted_hosts == frozenset()
