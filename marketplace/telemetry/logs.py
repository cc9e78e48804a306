"""The log: everything that any part says, one line each on stderr, for people or as JSON."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from enum import StrEnum
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

from marketplace.telemetry.scope import current_scope


class LogFormat(StrEnum):
    """For whom lines are written."""

    TEXT = "text"
    JSON = "json"


LEVELS = ("debug", "info", "warning", "error")
QUIET = ("alembic", "huey", "botocore", "boto3", "urllib3", "s3transfer")
"""Libraries of which only warnings count: what they do, our own lines tell with less."""
ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
HIDDEN = "(address)"


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at the moment."""

    def __init__(self) -> None:
        """Hold no stream."""
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        """Return where lines go."""
        return sys.stderr

    @stream.setter
    def stream(self, stream: TextIO) -> None:
        """Stay with stderr."""


def set_up_logging(form: LogFormat, level: str = "info") -> None:
    """Send what every logger of the process says to stderr in one form; a second call replaces the first."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, StderrHandler)]:
        root.removeHandler(handler)
    handler = StderrHandler()
    handler.setFormatter(make_formatter(form, colors=sys.stderr.isatty()))
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    if form is LogFormat.JSON:
        sys.excepthook = _tell_uncaught
        threading.excepthook = lambda found: _tell_uncaught(found.exc_type, found.exc_value, found.exc_traceback)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))


def _tell_uncaught(kind: type[BaseException], error: BaseException | None, stack: TracebackType | None) -> None:
    """Write down what nobody caught as a line like any other; a key that was pressed is no news."""
    if error is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
        logging.getLogger(__name__).critical("Nobody caught this", exc_info=(kind, error, stack))


def make_formatter(form: LogFormat, *, colors: bool = False) -> logging.Formatter:
    """Return what makes a line of a record."""
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _add_scope,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form is LogFormat.JSON:
        last += [structlog.processors.format_exc_info, _hide_addresses, _in_order]
        last.append(structlog.processors.JSONRenderer(serializer=json.dumps, ensure_ascii=False))
    else:
        last += [structlog.processors.format_exc_info, _hide_addresses]
        last.append(
            # The stack as it is: prettier printers show the values of variables.
            structlog.dev.ConsoleRenderer(
                colors=colors, timestamp_key="time", exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
            )
        )
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=last)


def _add_scope(_logger: object, _method: str, event: EventDict) -> EventDict:
    scope = current_scope()
    if scope is not None:
        for name, value in scope.fields.items():
            event.setdefault(name, value)
    return event


def _hide_addresses(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Hide mail addresses: a mail server's refusal, for one, repeats whom a letter was for."""
    for name, value in event.items():
        if isinstance(value, str) and "@" in value:
            event[name] = ADDRESS.sub(HIDDEN, value)
    return event


def _in_order(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Put what every line has first."""
    first = {name: event.pop(name) for name in ("time", "level", "logger", "event") if name in event}
    return {**first, **event}
