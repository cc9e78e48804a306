"""Where the keys of the vault come from, and the command that makes old ones needless."""

from __future__ import annotations

import stat
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from marketplace.app import make_runtime
from marketplace.cli.main import main
from marketplace.db.migrating import upgrade
from marketplace.secret import open_vault, secret_key
from marketplace.setting_values import SettingsError
from marketplace.settings import Settings
from marketplace.vault.fernet import FernetVault, new_key
from marketplace.workspaces.domains.credentials import open_account
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.services import create_workspace
from tests.municipalities.factories import MIHON, actor_for, make_municipality
from tests.workspaces.domains.factories import PASSWORD, make_input


def test_a_key_is_made_once_and_kept_for_the_owner_only(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    sealed = open_vault(settings).seal("x")
    path = settings.data_dir / "credentials.key"
    assert open_vault(settings).unseal(sealed) == "x"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() != secret_key(settings)


def test_the_file_and_the_setting_take_several_keys_newest_first(tmp_path):
    old, new = new_key(), new_key()
    sealed = FernetVault([old]).seal("x")
    (tmp_path / "credentials.key").write_text(f"{new}\n{old}\n")
    for settings in (Settings(data_dir=tmp_path), Settings(data_dir=tmp_path, credentials_keys=f" {new} , {old},")):
        vault = open_vault(settings)
        assert vault.unseal(sealed) == "x"
        assert FernetVault([new]).unseal(vault.seal("y")) == "y"


@pytest.mark.parametrize("keys", ["short", "x" * 44, " ,", "秘"])
def test_a_key_that_is_none_refuses_to_start_without_being_shown(tmp_path, keys):
    with pytest.raises(SettingsError, match="CREDENTIALS_KEYS") as refused:
        open_vault(Settings(data_dir=tmp_path, credentials_keys=keys))
    assert keys.strip(" ,") not in str(refused.value) or not keys.strip(" ,")
    ran = CliRunner().invoke(main, ["db", "upgrade"], env=environment(tmp_path, keys))
    assert ran.exit_code == 1
    assert "CREDENTIALS_KEYS" in ran.output


def test_the_command_seals_anew_and_names_what_it_can_not_read(tmp_path):
    old, new = new_key(), new_key()
    runtime = make_runtime(Settings(data_dir=tmp_path, credentials_keys=old))
    upgrade(runtime.engine)
    workspace_id = connect(runtime)
    ran = CliRunner().invoke(main, ["workspaces", "rekey"], env=environment(tmp_path, f"{new},{old}"))
    assert (ran.exit_code, "1件" in ran.output) == (0, True)
    with runtime.unit_of_work() as ctx:
        connection = ctx.session.get_one(Connection, workspace_id)
        assert open_account(FernetVault([new]), connection).password == PASSWORD
        ctx.session.execute(update(Connection).values(sealed=FernetVault([new_key()]).seal("x")))
    ran = CliRunner().invoke(main, ["workspaces", "rekey"], env=environment(tmp_path, new))
    assert ran.exit_code == 1
    assert workspace_id in ran.output
    runtime.engine.dispose()


def environment(folder, keys):
    return {"MARKETPLACE_DATA_DIR": str(folder), "MARKETPLACE_CREDENTIALS_KEYS": keys}


def connect(runtime):
    """Connect a kintone domain as an administrator of a municipality."""
    with runtime.unit_of_work() as ctx:
        make_municipality(ctx.session, MIHON)
        admin = replace(ctx, actor=actor_for("admin", MIHON))
        return create_workspace(admin, make_input()).workspace.id
