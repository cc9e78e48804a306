"""The web server of the service with one process, around the service or around a bare Flask hello.

`python -m bench.web_server service|hello`, with the settings of the service. At /counts the service also tells what
became of the requests in the memory of its answers.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Flask

from marketplace.edge.answer_cache import AnswerCache
from marketplace.serving.keeper import listen
from marketplace.serving.memory import keep_out_of_collections
from marketplace.serving.web_server import SWITCH_SECONDS, _Server
from marketplace.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

COUNTS = "/counts"


class Telling:
    """The service, and beside it what it counted."""

    def __init__(self, service: WSGIApplication, answers: AnswerCache) -> None:
        """Keep both."""
        self._service, self._answers = service, answers

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the service does, but for one path."""
        if environ["PATH_INFO"] != COUNTS:
            return self._service(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(asdict(self._answers.counts)).encode("ascii")]


class ServiceServer(_Server):
    """Around the service."""

    def load(self) -> Any:
        """Make the application."""
        app = super().load()
        return Telling(app, app.wsgi_app.inner)  # type: ignore[attr-defined]


class HelloServer(_Server):
    """Around the least that Flask can answer."""

    def load(self) -> Any:
        """Make the application."""
        app = Flask("hello")
        app.add_url_rule("/", view_func=lambda: {"hello": "world"})
        keep_out_of_collections()
        sys.setswitchinterval(SWITCH_SECONDS)
        return app


SERVERS = {"service": ServiceServer, "hello": HelloServer}

if __name__ == "__main__":
    settings = Settings.from_env()
    SERVERS[sys.argv[1]](settings, listen(settings), None).run()
