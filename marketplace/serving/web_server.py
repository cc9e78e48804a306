"""The web server: gunicorn on a socket that is open already."""

from __future__ import annotations

import socket
import sys
from typing import Any

from gunicorn.app.base import BaseApplication

from marketplace import __version__
from marketplace.app import create_app
from marketplace.edge.app import MarketplaceApp
from marketplace.serving.deadlines import WAITING_THREADS
from marketplace.serving.draining import Draining, DrainingArbiter
from marketplace.serving.memory import give_memory_back, keep_out_of_collections
from marketplace.serving.web_log import WebLog
from marketplace.settings import Settings
from marketplace.telemetry.folder import MetricsFolder
from marketplace.telemetry.opening import open_measures
from marketplace.telemetry.traces import NO_TRACES, Traces, open_traces

SWITCH_SECONDS = 0.001
"""How long a thread that computes keeps the others of its process waiting.

The loop that takes connections, and answers from memory, need the interpreter but for moments, and many times: with
Python's 5 ms they waited for seconds behind four threads that make pages.
"""


def run_web_server(settings: Settings, listener: socket.socket, metrics: MetricsFolder | None = None) -> None:
    """Answer requests until SIGTERM."""
    _Server(settings, listener, metrics).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no type information
    """gunicorn, set up by our settings instead of its command line."""

    def __init__(self, settings: Settings, listener: socket.socket, metrics: MetricsFolder | None) -> None:
        self._settings = settings
        self._listener = listener
        self._metrics = metrics
        self._draining = Draining()
        self._traces: Traces = NO_TRACES
        self._app: MarketplaceApp | None = None
        super().__init__()

    def run(self) -> None:
        """Run the processes that answer, until asked to end."""
        give_memory_back()
        keep_out_of_collections()
        DrainingArbiter(self, self._draining, self._settings.drain_seconds).run()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        chosen: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": self._settings.web_workers,
            "worker_class": "marketplace.serving.deadlines.DeadlineWorker",
            "threads": self._settings.web_threads + WAITING_THREADS,
            "graceful_timeout": self._settings.stop_seconds,
            "timeout": 60,
            "proc_name": "yokoten web",
            "loglevel": "warning",
            "logger_class": WebLog,
            "forwarded_allow_ips": "",  # edge/proxies.py tells whom to believe
            "child_exit": self._forget,
            "worker_exit": self._end_of_worker,
            "limit_request_line": 8190,
            "http_parser": "python",  # the one that is tried here, also where another is installed
            "control_socket_disable": True,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> MarketplaceApp:
        """Make the application, once in each worker process: connections don't survive a fork."""
        self._traces = open_traces(self._settings.tracing_endpoint, "web", __version__)
        self._app = create_app(self._settings, open_measures(self._metrics, "web"), self._traces)
        self._app.is_draining = self._draining.is_on
        self._app.tally.start()
        keep_out_of_collections()
        sys.setswitchinterval(SWITCH_SECONDS)
        return self._app

    def is_crowded(self) -> bool:
        """Tell whether further requests may as well wait for those that wait already."""
        return self._app is not None and self._app.desk.is_crowded

    def _end_of_worker(self, _arbiter: object, _worker: object) -> None:
        """Lose no count and no span when a worker process ends; gunicorn calls this in each."""
        if self._app is not None:
            self._app.tally.stop()
        self._traces.flush()

    def _forget(self, _arbiter: object, _worker: object) -> None:
        if self._metrics is not None:
            self._metrics.forget_dead()
