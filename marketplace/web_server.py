"""The web server: gunicorn on a socket that is open already."""

from __future__ import annotations

import gc
import socket
from typing import Any

from gunicorn.app.base import BaseApplication

from marketplace.app import create_app
from marketplace.deadlines import WAITING_THREADS
from marketplace.edge.app import MarketplaceApp
from marketplace.settings import Settings

GRACE_SECONDS = 10


def run_web_server(settings: Settings, listener: socket.socket) -> None:
    """Answer requests until SIGTERM."""
    _Server(settings, listener).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no type information
    """gunicorn, set up by our settings instead of its command line."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._app: MarketplaceApp | None = None
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        chosen: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": self._settings.web_workers,
            "worker_class": "marketplace.deadlines.DeadlineWorker",
            "threads": self._settings.web_threads + WAITING_THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "proc_name": "yokoten web",
            "loglevel": "warning",
            "limit_request_line": 8190,
            "control_socket_disable": True,
            "worker_exit": self._end_of_worker,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> MarketplaceApp:
        """Make the application, once in each worker process: connections don't survive a fork."""
        self._app = create_app(self._settings)
        self._app.tally.start()
        keep_out_of_collections()
        return self._app

    def _end_of_worker(self, _server: object, _worker: object) -> None:
        """Lose no count when a worker process ends; gunicorn calls this in each."""
        if self._app is not None:
            self._app.tally.stop()


def keep_out_of_collections() -> None:
    """Leave what a process made at its start out of every later collection of garbage.

    A full collection walks through some 250,000 modules, classes and functions that are never freed: it took 160 ms,
    in the middle of a request.
    """
    gc.collect()
    gc.freeze()
