"""What gunicorn says, in the form of everything else in the log, and without what callers sent."""

from __future__ import annotations

import logging
from typing import Any

from gunicorn.glogging import Logger

REFUSED = "Invalid request from ip="


class WebLog(Logger):  # type: ignore[misc]  # gunicorn has no type information
    """Hands everything on to the root logger, which `telemetry.logs` has set up."""

    def setup(self, cfg: Any) -> None:
        """Take no handler of its own."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.loglevel = self.LOG_LEVELS.get(cfg.loglevel.lower(), logging.INFO)
        self.error_log.setLevel(self.loglevel)
        self.error_log.propagate = True
        self.access_log.propagate = False

    def warning(self, msg: str, *args: object, **kwargs: Any) -> None:
        """Leave out the line that could not be read: it may hold a secret."""
        if msg.startswith(REFUSED):
            msg = msg.partition(": ")[0]
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Leave out addresses: they hold ids, questions, and the secrets of links."""
        super().exception(msg, *(_without_address(arg) for arg in args), **kwargs)


def _without_address(arg: object) -> object:
    return "(address)" if isinstance(arg, str) and arg.startswith("/") else arg
