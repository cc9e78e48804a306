"""`yokoten login`: the token is kept for its owner and its service, and for nobody else."""

from __future__ import annotations

import json
import stat

import pytest

from marketplace.cli.outcomes import Outcome
from tests.cli.test_api import SECRET, TOKEN, json_answer, problem


@pytest.fixture
def login_file(tmp_path):
    return tmp_path / "config/login.json"


@pytest.fixture
def token_file(tmp_path):
    (tmp_path / "token").write_text(f"{SECRET}\n")
    return tmp_path / "token"


def test_a_token_is_kept_where_only_its_owner_reads_it(yokoten, receiver, token_file, login_file):
    receiver.answer_with(json_answer(TOKEN))
    told = yokoten("login", "--url", receiver.url("/"), "--token-file", token_file)
    assert json.loads(login_file.read_text()) == {"url": receiver.url(""), "token": SECRET}
    assert stat.S_IMODE(login_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(login_file.parent.stat().st_mode) == 0o700
    assert SECRET not in told.output
    assert "みほん市" in told.stdout


def test_a_token_may_come_by_standard_input(yokoten, receiver, login_file):
    receiver.answer_with(json_answer(TOKEN))
    yokoten("login", "--url", receiver.url(""), "--token-file", "-", typed=f"{SECRET}\n")
    assert json.loads(login_file.read_text())["token"] == SECRET


def test_a_token_that_the_service_does_not_know_is_not_kept(yokoten, receiver, token_file, login_file):
    receiver.answer_with(problem(401))
    yokoten("login", "--url", receiver.url(""), "--token-file", token_file, exit_code=Outcome.REFUSED)
    assert not login_file.exists()


def test_what_is_kept_is_used_until_it_is_forgotten(yokoten, receiver, token_file, login_file):
    receiver.answer_with(json_answer(TOKEN))
    yokoten("login", "--url", receiver.url(""), "--token-file", token_file)
    assert yokoten.json("whoami")["url"] == receiver.url("")
    assert receiver.received[-1].headers["Authorization"] == f"Bearer {SECRET}"
    assert yokoten.json("logout") == {"was_there": True}
    assert not login_file.exists()
    assert "yokoten login" in yokoten("whoami", exit_code=Outcome.USAGE).stderr


def test_a_kept_token_is_never_shown_to_another_address(yokoten, receiver, token_file):
    receiver.answer_with(json_answer(TOKEN))
    yokoten("login", "--url", receiver.url(""), "--token-file", token_file)
    yokoten("whoami", "--url", receiver.url("", host="localhost"))
    assert "Authorization" not in receiver.received[-1].headers
    yokoten("whoami", YOKOTEN_URL=receiver.url("", host="localhost"))
    assert "Authorization" not in receiver.received[-1].headers


@pytest.mark.parametrize("content", ["", "\n", "two words", "日本語", "a\nb", "tab\tbed"])
def test_what_is_no_token_is_refused_without_repeating_it(yokoten, tmp_path, content):
    (tmp_path / "token").write_text(content)
    words = ("login", "--url", "http://localhost:9", "--token-file", tmp_path / "token")
    refused = yokoten.json(*words, exit_code=Outcome.USAGE)
    assert refused["error"]["code"] == "token-unreadable"
    assert not content.strip() or content not in json.dumps(refused, ensure_ascii=False)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"url": "x"}'])
def test_a_damaged_login_asks_to_log_in_again(yokoten, login_file, content):
    login_file.parent.mkdir()
    login_file.write_text(content)
    assert "yokoten login" in yokoten("whoami", exit_code=Outcome.USAGE).stderr


def test_without_a_terminal_what_is_missing_is_named(yokoten):
    assert "--token-file" in yokoten("login", exit_code=Outcome.USAGE).stderr
