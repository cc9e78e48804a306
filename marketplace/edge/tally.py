"""Counts what templates get in this process, off the way of requests, and writes the sums down now and then."""

from __future__ import annotations

import atexit
import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from cachetools import TTLCache
from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from marketplace.catalog.visits.services import Visits, add_visits, day_of
from marketplace.db.unit_of_work import unit_of_work
from marketplace.kernel.errors import ReadOnlyError

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp

logger = logging.getLogger(__name__)

NOTED = "yokoten.noted"
"""WSGI environment key of a `Noted`, put there by who keeps answers: to be filled in, instead of being counted."""
FLUSH_SECONDS = 15
HEARTBEAT_FLUSHES = 20
"""Also when nothing was counted, the moment is written so often, which tells idle counters from broken ones."""
ONE_READER_SECONDS = 60
MOST_READERS = 50_000
BOTS = re.compile(r"bot|crawl|spider|slurp|preview|monitor|headless|python|curl|wget|java/|go-http", re.IGNORECASE)
PREFETCHES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ", "HTTP_X_PURPOSE")


@dataclass(slots=True)
class Noted:
    """What an answer shows or hands out, by the id of the template: each who gets it is counted."""

    viewed: str | None = None
    downloaded: str | None = None


class Tally:
    """The counts of one process since they were last written; who looked is known for a minute, and only as a hash."""

    def __init__(self, app: MarketplaceApp) -> None:
        """Begin with nothing."""
        self._app = app
        self._lock = Lock()
        self._writing = Lock()
        self._views: Counter[tuple[str, str]] = Counter()
        self._downloads: Counter[tuple[str, str]] = Counter()
        self._salt = os.urandom(16)
        self._readers: TTLCache[bytes, bool] = TTLCache(
            MOST_READERS, ONE_READER_SECONDS, timer=lambda: app.now().timestamp()
        )
        self._stopped = Event()
        self._has_failed = False

    def view(self, template_id: str, reader: str) -> None:
        """Count a look at a template; one reader counts once a minute."""
        known = blake2b(f"{template_id}\0{reader}".encode(), key=self._salt, digest_size=16).digest()
        with self._lock:
            if known not in self._readers:
                self._readers[known] = True
                self._views[template_id, day_of(self._app.now())] += 1

    def download(self, template_id: str) -> None:
        """Count a download."""
        with self._lock:
            self._downloads[template_id, day_of(self._app.now())] += 1

    def flush(self, *, is_due: bool = True) -> None:
        """Write what was counted as one small transaction; what can't be written is kept for the next time."""
        if self._app.sessions.read_only:
            return
        with self._writing:
            with self._lock:
                views, downloads = self._views, self._downloads
                self._views, self._downloads = Counter(), Counter()
            counted = {key: Visits(views[key], downloads[key]) for key in {*views, *downloads}}
            if not counted and not is_due:
                return
            try:
                with unit_of_work(self._app.sessions) as (session, _):
                    add_visits(session, counted, self._app.now())
            except (SQLAlchemyError, ReadOnlyError):
                self._keep_for_later(views, downloads)
                if not self._has_failed:
                    logger.exception("Views and downloads could not be written; they are kept and tried again")
                self._has_failed = True
            else:
                self._has_failed = False

    def start(self) -> None:
        """Write now and then from a thread of its own, until the process ends; call it in the process that answers."""
        atexit.register(self.stop)
        Thread(target=self._run, name="tally", daemon=True).start()

    def stop(self) -> None:
        """Write what is left; call it when the process ends."""
        self._stopped.set()
        self.flush()

    def _run(self) -> None:
        flushes = 0
        while not self._stopped.wait(FLUSH_SECONDS):
            self.flush(is_due=flushes % HEARTBEAT_FLUSHES == 0)
            flushes += 1

    def _keep_for_later(self, views: Counter[tuple[str, str]], downloads: Counter[tuple[str, str]]) -> None:
        with self._lock:
            self._views.update(views)
            self._downloads.update(downloads)


def register_tally(app: MarketplaceApp) -> Tally:
    """Count what views say they showed (`g.viewed`) and handed out (`g.downloaded`)."""
    tally = Tally(app)
    app.after_request(_counting(tally))
    return tally


def count_answer(tally: Tally, environ: Mapping[str, Any], noted: Noted) -> None:
    """Count an answer that somebody got, whoever answered; call it for answers with their content only."""
    if noted.viewed is not None:
        count_view(tally, environ, noted.viewed)
    if noted.downloaded is not None and environ.get("REQUEST_METHOD") == "GET":
        tally.download(noted.downloaded)


def count_view(tally: Tally, environ: Mapping[str, Any], template_id: str) -> None:
    """Count a page of a template that a person got, whoever answered; call it for answers with the content only."""
    agent = str(environ.get("HTTP_USER_AGENT", ""))
    is_ahead = any("prefetch" in str(environ.get(name, "")).lower() for name in PREFETCHES)
    if environ.get("REQUEST_METHOD") == "GET" and agent and not BOTS.search(agent) and not is_ahead:
        tally.view(template_id, f"{environ.get('REMOTE_ADDR', '')}\0{agent}")


def _counting(tally: Tally) -> Callable[[Response], Response]:
    def count(response: Response) -> Response:
        viewed, downloaded = g.get("viewed"), g.get("downloaded")
        if viewed is None and downloaded is None:
            return response
        viewed = viewed if response.status_code == HTTPStatus.OK else None
        downloaded = downloaded if _hands_out(response) else None
        noted: Noted | None = request.environ.get(NOTED)
        if noted is None:
            count_answer(tally, request.environ, Noted(viewed, downloaded))
        else:
            noted.viewed, noted.downloaded = viewed, downloaded
        return response

    return count


def _hands_out(response: Response) -> bool:
    """Tell whether a download begins with this answer: at the storage, whole, or with its first part."""
    if request.method != "GET":
        return False
    begins = response.headers.get("Content-Range", "").startswith("bytes 0-")
    is_part = response.status_code == HTTPStatus.PARTIAL_CONTENT
    return response.status_code in {HTTPStatus.OK, HTTPStatus.TEMPORARY_REDIRECT} or (is_part and begins)
