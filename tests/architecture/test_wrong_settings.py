"""A setting that can't be used ends the service before it starts, and says why in both languages."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from marketplace.cli.main import main
from marketplace.setting_values import SettingsError
from marketplace.settings import Settings
from marketplace.sound_settings import require_sound

JAPANESE = re.compile("[ぁ-ん]")
WRONG = [
    ("PORT", "eight"),
    ("PORT", "0"),
    ("PORT", "+-5"),
    ("PORT", "99999"),
    ("ADMIN_PORT", "-1"),
    ("SMTP_PORT", "0"),
    ("WEB_WORKERS", "0"),
    ("WEB_THREADS", "-5"),
    ("JOB_THREADS", "0"),
    ("STOP_SECONDS", "-3"),
    ("DRAIN_SECONDS", "1.5"),
    ("SESSION_HOURS", "0"),
    ("READ_ONLY", "yes"),
    ("READ_ONLY", ""),
    ("LOG_FORMAT", "xml"),
    ("LOG_LEVEL", "INFO"),
    ("DATABASE_URL", "garbage"),
    ("DATABASE_URL", "postgresql://yokoten:CHANGE-ME@db.internal/yokoten"),
    ("DATABASE_URL", "mysql://someone@host/name"),
    ("STORAGE_URL", "ftp://host/folder"),
    ("STORAGE_URL", "file://relative"),
    ("STORAGE_URL", "s3://"),
    ("STORAGE_URL", "s3://bucket?endpoint=host-without-scheme"),
    ("BASE_URL", "yokoten.example.lg.jp"),
    ("BASE_URL", "https://"),
    ("BASE_URL", "https://["),
    ("BASE_URL", "https://example.jp:port"),
    ("BASE_URL", "https://example.jp?x"),
    ("SECRET_KEY", "CHANGE-ME"),
    ("SECRET_KEY", "short"),
    ("CREDENTIALS_KEYS", "CHANGE-ME"),
    ("MAIL_FROM", "nobody"),
    ("TRUSTED_PROXIES", "10.0.0"),
    ("LIMIT_READS", "caller many"),
    ("PUBLISH_NEW", "often"),
    ("RATE_LIMIT_STORAGE", "CHANGE-ME"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda value: value or "empty")
def test_what_can_not_be_used_is_refused_by_name_and_in_both_languages(name, value):
    with pytest.raises(SettingsError) as refusal:
        require_sound(Settings.from_env({f"MARKETPLACE_{name}": value}))
    said = str(refusal.value)
    assert f"MARKETPLACE_{name}：" in said
    japanese, english = said.split(" / ", 1)
    assert JAPANESE.search(japanese)
    assert re.search(r"[a-z]{3,}", english)
    assert not JAPANESE.search(english)


def test_security_of_mail_is_looked_at_where_mail_is_sent():
    environ = {"MARKETPLACE_SMTP_HOST": "mail.internal", "MARKETPLACE_SMTP_SECURITY": "ssl"}
    with pytest.raises(SettingsError, match=r"SMTP_SECURITY.*starttls, tls, none"):
        require_sound(Settings.from_env(environ))


def test_all_that_is_wrong_is_told_at_once():
    environ = {"MARKETPLACE_DATABASE_URL": "garbage", "MARKETPLACE_BASE_URL": "example", "MARKETPLACE_SECRET_KEY": "x"}
    with pytest.raises(SettingsError) as refusal:
        require_sound(Settings.from_env(environ))
    assert [line.partition("：")[0] for line in str(refusal.value).splitlines()] == [
        "MARKETPLACE_DATABASE_URL",
        "MARKETPLACE_BASE_URL",
        "MARKETPLACE_SECRET_KEY",
    ]
    with pytest.raises(SettingsError, match=r"PORT[^\n]*\n.*READ_ONLY"):
        Settings.from_env({"MARKETPLACE_PORT": "x", "MARKETPLACE_READ_ONLY": "maybe"})


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "STORAGE_URL"])
def test_a_secret_in_a_wrong_setting_is_not_repeated(name):
    values = {"DATABASE_URL": "mysql://me:hunter2@h/n", "SECRET_KEY": "hunter2", "STORAGE_URL": "s3://me:hunter2@b/p"}
    with pytest.raises(SettingsError) as refusal:
        require_sound(Settings.from_env({f"MARKETPLACE_{name}": values[name]}))
    assert "hunter2" not in str(refusal.value)


def test_a_name_that_is_nearly_right_is_told_with_the_right_one():
    with pytest.raises(SettingsError, match=r"MARKETPLACE_PROT（MARKETPLACE_PORT？）"):
        Settings.from_env({"MARKETPLACE_PROT": "1"})


def test_the_settings_of_a_start_on_one_machine_are_sound():
    require_sound(Settings())


@pytest.mark.parametrize("command", [["web"], ["worker"], ["serve"], ["db", "upgrade"], ["backup", "/nowhere"]])
def test_every_command_of_the_service_looks_first(command, tmp_path):
    environ = {"MARKETPLACE_DATA_DIR": str(tmp_path), "MARKETPLACE_TRUSTED_PROXIES": "10.0.0"}
    ended = CliRunner(env=environ).invoke(main, command)
    assert ended.exit_code == 1
    assert "MARKETPLACE_TRUSTED_PROXIES：" in ended.output
    assert list(tmp_path.iterdir()) == []


def test_a_storage_that_refuses_ends_a_command_with_words_instead_of_a_stack(tmp_path):
    environ = {
        "MARKETPLACE_DATA_DIR": str(tmp_path),
        "MARKETPLACE_STORAGE_URL": "s3://bucket?endpoint=http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "hunter2",
    }
    runner = CliRunner(env=environ)
    assert runner.invoke(main, ["db", "upgrade"]).exit_code == 0
    ended = runner.invoke(main, ["catalog", "load"])
    assert ended.exit_code == 3
    assert "保存先に接続できません" in ended.output
    assert "The file storage can't be reached." in ended.output
    assert "MARKETPLACE_STORAGE_URL" in ended.output
    assert "hunter2" not in ended.output
