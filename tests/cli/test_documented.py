"""docs/cli.md and the help tell of every command, option and exit code."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from marketplace.cli.main import AUTHORS, COMMANDS, INSTALLERS, OPERATORS, main
from marketplace.cli.outcomes import MEANINGS, Outcome

DOCUMENT = Path("docs/cli.md").read_text(encoding="utf-8")
OWN = sorted({**AUTHORS, **INSTALLERS})


def command_of(name):
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command


@pytest.mark.parametrize("name", OWN)
def test_a_command_is_documented_with_all_its_options(name):
    assert re.search(rf"^\| `{name}[ `]", DOCUMENT, flags=re.MULTILINE)
    options = [word for option in command_of(name).params if isinstance(option, click.Option) for word in option.opts]
    assert [word for word in options if f"{word}`" not in DOCUMENT and f"{word} " not in DOCUMENT] == []


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_help_speaks_both_languages(yokoten, name):
    told = yokoten(name, "--help").stdout
    assert " / " in told
    assert ("Exit codes" in told) is (name not in OPERATORS)


def test_the_summary_of_a_command_is_the_beginning_of_its_help():
    for name, (_, told) in COMMANDS.items():
        first_line = (command_of(name).help or "").splitlines()[0].removesuffix(".")
        assert first_line == told


def test_every_exit_code_is_documented(yokoten):
    documented = re.findall(r"^\| (\d+) \|", DOCUMENT, flags=re.MULTILINE)
    assert [int(code) for code in documented] == [int(outcome) for outcome in Outcome] == list(MEANINGS)
    told = yokoten("--help").stdout
    assert all(f"{outcome.value}  {meaning.ja}" in told for outcome, meaning in MEANINGS.items())


def test_help_is_shown_without_loading_the_service(yokoten):
    for name in COMMANDS:
        assert f"  {name} " in yokoten("--help").stdout
