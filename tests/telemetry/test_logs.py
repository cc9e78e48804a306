"""Lines of the log: one object each, with what is under way, and without addresses of people."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from contextlib import contextmanager

import pytest

from marketplace.setting_values import SettingsError
from marketplace.settings import Settings
from marketplace.telemetry.logs import LogFormat, make_formatter
from marketplace.telemetry.scope import Scope, count_statement, current_scope, within


@contextmanager
def lines_in(form):
    """A logger whose lines are kept, and the lines."""
    lines = []
    handler = logging.Handler()
    handler.setFormatter(make_formatter(form))
    handler.emit = lambda record: lines.append(handler.format(record))
    logger = logging.getLogger("parts.of.it")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield logger, lines
    finally:
        logger.removeHandler(handler)


@pytest.fixture
def told():
    with lines_in(LogFormat.JSON) as made:
        yield made


def test_a_line_is_one_object_that_begins_with_when_and_what(told):
    logger, lines = told
    logger.warning("Job %s\nwaits", "a1", extra={"end": "retried"})
    (line,) = lines
    assert "\n" not in line
    found = json.loads(line)
    assert list(found) == ["time", "level", "logger", "event", "end"]
    assert {**found, "time": ""} == {
        "time": "",
        "level": "warning",
        "logger": "parts.of.it",
        "event": "Job a1\nwaits",
        "end": "retried",
    }


def test_an_exception_stands_with_its_stack_in_one_field(told):
    logger, lines = told
    try:
        int("broken")
    except ValueError:
        logger.exception("It failed")
    found = json.loads(lines[0])
    assert found["event"] == "It failed"
    assert found["exception"].startswith("Traceback")
    assert found["exception"].endswith("ValueError: invalid literal for int() with base 10: 'broken'")


def test_lines_name_what_is_under_way_the_innermost_only(told):
    logger, lines = told
    with within(Scope({"job": "import", "subject": "i1"})) as outer:
        logger.info("outside")
        with within(Scope({"request_id": "r1"})) as inner:
            count_statement()
            logger.info("inside")
        count_statement()
        count_statement()
        logger.info("outside again")
    logger.info("nothing")
    ids = [{key: value for key, value in json.loads(line).items() if key in {"job", "request_id"}} for line in lines]
    assert ids == [{"job": "import"}, {"request_id": "r1"}, {"job": "import"}, {}]
    assert (inner.statements, outer.statements) == (1, 2)
    assert current_scope() is None


def test_mail_addresses_do_not_reach_the_log(told):
    logger, lines = told
    try:
        int("550 <hanako.yamada@city.example.lg.jp> unknown")
    except ValueError:
        logger.exception("Not sent to %s", "hanako@city.example.lg.jp")
    assert "hanako" not in lines[0]
    assert lines[0].count("(address)") == 3  # the message, the line of code, the refusal


def test_a_line_for_people_holds_the_same():
    with lines_in(LogFormat.TEXT) as (logger, lines), within(Scope({"request_id": "r1"})):
        logger.info("request", extra={"status": 200})
    (line,) = lines
    assert all(part in line for part in ("info", "request", "parts.of.it", "request_id=r1", "status=200"))


def test_what_nobody_catches_and_what_python_warns_of_are_lines_too():
    program = (
        "import threading, warnings;"
        "from marketplace.telemetry.logs import LogFormat, set_up_logging;"
        "set_up_logging(LogFormat.JSON);"
        "warnings.warn('mind this');"
        "thread = threading.Thread(target=int, args=('in a thread',));"
        "thread.start(); thread.join();"
        "int('in the end')"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    lines = [json.loads(line) for line in found.stderr.splitlines()]
    assert [line["level"] for line in lines] == ["warning", "critical", "critical"]
    assert "mind this" in lines[0]["event"]
    assert "in a thread" in lines[1]["exception"]
    assert "in the end" in lines[2]["exception"]
    assert found.returncode == 1


@pytest.mark.parametrize("environ", [{"MARKETPLACE_LOG_FORMAT": "xml"}, {"MARKETPLACE_LOG_LEVEL": "loud"}])
def test_a_form_that_does_not_exist_is_refused(environ):
    with pytest.raises(SettingsError, match=next(iter(environ.values()))):
        _ = Settings.from_env(environ).log_form
