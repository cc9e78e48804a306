"""What deploy/ holds names settings and commands that exist, and units that systemd takes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml

from marketplace.cli.main import COMMANDS, main
from marketplace.setting_values import SettingsError
from marketplace.settings import PREFIX, Settings
from marketplace.sound_settings import require_sound

DEPLOY = Path("deploy")
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
COMPOSE = DEPLOY / "docker" / "compose.yaml"
KNOWN = {PREFIX + field.name.upper() for field in fields(Settings)}
NAME = re.compile(r"\bMARKETPLACE_[A-Z_]+\b")
COMMAND = re.compile(r"-m marketplace\.cli ([a-z-]+)(?: ([a-z-]+))?((?: --?[a-z][a-z-]*)*)")
MOST_EXPOSED = 20
"""In tenths, as systemd judges it: below 2.0 is the best it has a word for, "OK" or better."""


def given(path: Path) -> dict[str, str]:
    """Return what a file says, where each line is one word for a shell, as systemd reads it, too."""
    lines = path.read_text(encoding="utf-8").splitlines()
    words = [shlex.split(line) for line in lines if line and not line.startswith("#")]
    assert {len(each) for each in words} == {1}
    return dict(word.split("=", 1) for [word] in words)


def filled_in() -> dict[str, str]:
    """Return the example of an environment as somebody who did what it asks for has it."""
    example = given(DEPLOY / "yokoten.env.example")
    return {name: value.replace("CHANGE-ME", "x" * 40) for name, value in example.items()}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_setting_that_is_named_exists(path):
    assert set(NAME.findall(path.read_text(encoding="utf-8"))) <= KNOWN


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_command_that_is_named_exists_with_its_options(path):
    for name, second, options in COMMAND.findall(path.read_text(encoding="utf-8")):
        assert name in COMMANDS
        command = main.get_command(click.Context(main), name)
        if isinstance(command, click.Group):
            assert second in command.commands
        known = {word for option in command.params for word in option.opts}
        assert set(options.split()) <= known


def test_services_of_compose_run_commands_that_exist():
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    ours = [each for each in services.values() if each["image"] == "yokoten"]
    assert {each["command"][0] for each in ours if "entrypoint" not in each} == {"web", "worker"}
    assert sum(each.get("command") == ["web"] for each in ours) == 2
    assert {tuple(each["environment"]) for each in ours}.__len__() == 1
    assert all(each["read_only"] and each["cap_drop"] == ["ALL"] for each in ours)


def test_compose_publishes_nothing_but_the_front_and_believes_it_alone():
    whole = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    assert [name for name, service in whole["services"].items() if "ports" in service] == ["front"]
    address = whole["services"]["front"]["networks"]["inside"]["ipv4_address"]
    assert whole["services"]["web1"]["environment"]["MARKETPLACE_TRUSTED_PROXIES"] == address


def test_each_web_server_of_compose_keeps_its_address_for_nginx_asks_once():
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    named = re.findall(r"server (\w+):8000", (DEPLOY / "nginx" / "compose.conf").read_text(encoding="utf-8"))
    addresses = {services[name]["networks"]["inside"]["ipv4_address"] for name in [*named, "front"]}
    assert len(addresses) == len(named) + 1 == 3


def test_what_compose_asks_for_stands_in_its_example():
    text = COMPOSE.read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{([A-Z_0-9]+):\?", text))
    example = given(DEPLOY / "docker" / "compose.env.example")
    assert asked <= example.keys()
    assert set(re.findall(r"\$\{([A-Z_0-9]+)[:}]", text)) >= example.keys()


def test_the_example_of_an_environment_is_read():
    settings = Settings.from_env(filled_in())
    assert settings.proxies.holds("127.0.0.1")
    assert settings.secure_cookies
    assert settings.log_form.value == "json"
    require_sound(settings)


def test_the_example_as_it_is_refuses_to_start_and_names_what_to_fill_in():
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env(given(DEPLOY / "yokoten.env.example"))
    named = [line.partition("：")[0] for line in str(refusal.value).splitlines()]
    keys = ["SECRET_KEY", "CREDENTIALS_KEYS", "SIGNING_KEYS"]
    assert named == [f"MARKETPLACE_{name}" for name in ("DATABASE_URL", *keys)]


def test_a_shell_reads_the_example_of_an_environment_as_systemd_does():
    path = DEPLOY / "yokoten.env.example"
    shell = ["sh", "-c", f"set -a; . ./{path}; exec env"]
    found = subprocess.run(shell, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True)
    assert given(path).items() <= dict(line.split("=", 1) for line in found.stdout.splitlines()).items()


def test_the_image_installs_what_is_locked_and_runs_as_nobody_in_particular():
    text = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements/$LOCK" in text
    assert re.search(r"^ARG LOCK=run.txt$", text, re.MULTILINE)
    assert re.search(r"^USER 10001$", text, re.MULTILINE)
    sources = [word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert all(Path(source).exists() for source in sources)
    kept = (DEPLOY / "docker" / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    assert all(f"!{source}" in kept for source in sources)


def test_the_end_of_a_unit_may_take_as_long_as_the_example_says():
    settings = Settings.from_env(filled_in())
    for name in ("web", "worker"):
        text = (DEPLOY / "systemd" / f"yokoten-{name}.service").read_text(encoding="utf-8")
        allowed = int(re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)[0])
        assert allowed >= settings.drain_seconds + settings.stop_seconds + 5


def test_web_and_worker_of_one_machine_are_watched_at_two_ports():
    port = given(DEPLOY / "yokoten.env.example")["MARKETPLACE_ADMIN_PORT"]
    assert not any("\nEnvironment=MARKETPLACE_" in unit.read_text(encoding="utf-8") for unit in UNITS)
    text = (DEPLOY / "systemd" / "yokoten-worker.service").read_text(encoding="utf-8")
    assert re.findall(r"^ExecStart=/usr/bin/env MARKETPLACE_ADMIN_PORT=(\d+) /opt", text, re.MULTILINE) != [port]


def test_systemd_takes_the_units(tmp_path):
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/yokoten/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    found = subprocess.run(command, capture_output=True, text=True)
    assert (found.returncode, [line for line in found.stderr.splitlines() if "yokoten" in line]) == (0, [])


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_systemd_finds_little_that_a_unit_could_do_beyond_its_work(unit):
    command = ["systemd-analyze", "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(unit)]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout[-500:]
