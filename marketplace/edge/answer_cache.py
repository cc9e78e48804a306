"""Answers strangers from memory, in front of Flask, as long as nothing public has changed.

Only what says of itself that it is public comes in (edge/public_answers.py), and only strangers are asked for and
answered here: whoever sends a cookie (but that of the language) or a token passes by. What a request brings beside
what an answer is kept by is taken from it before the answer is made. docs/adr/answers-by-revision.md tells why.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.datastructures import Accept
from werkzeug.http import (
    parse_accept_header,
)

from marketplace.edge.context import LANGUAGE_COOKIE, preferred_language
from marketplace.edge.entity_tags import CODINGS, READING
from marketplace.edge.kept_answers import Answer, Asked, KeptAnswers
from marketplace.edge.made_answers import NOT_MODIFIED, Made
from marketplace.edge.observing import VISIT_KEY, Visit
from marketplace.edge.public_answers import STALE_IF_ERROR
from marketplace.edge.revision_watch import RevisionWatch, Seen
from marketplace.edge.tally import NOTED, Noted
from marketplace.edge.under_way import Turn, UnderWay
from marketplace.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OUTCOME = "yokoten.answer"
"""Where the environment of a request tells what became of it here: hit, miss, stale or passed."""
PASSED_BEGINNINGS = ("/index/", "/w/", "/healthz")
"""What comes from the storage and is kept there by its digest; workspaces, which nobody may look into unasked."""
FILES_END = "/bundle"
"""Of files: who asks for less than the whole is answered without reading it."""
LONGEST_QUERY = 2_000
DEMANDS = frozenset(
    {
        *("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
        "HTTP_TRANSFER_ENCODING",
    }
)
_COOKIE = re.compile(rf"{LANGUAGE_COOKIE}=(\w\w)")
_EMPTY = frozenset({None, "", "0"})
_OK = "200 OK"


@dataclass(slots=True)
class Counts:
    """What became of the requests so far."""

    hit: int = 0
    miss: int = 0
    stale: int = 0
    """Answered while the database could not tell whether the answer still holds."""
    passed: int = 0
    """None of this cache's business."""
    not_modified: int = 0
    """Of the hits and stale answers, those of which the caller had the content already."""


class AnswerCache:
    """A WSGI application around another, inside that which observes requests."""

    def __init__(
        self,
        inner: WSGIApplication,
        watch: RevisionWatch,
        most_bytes: int,
        count: Callable[[WSGIEnvironment, Noted], None],
        read_stored: Callable[[str], Iterable[bytes]],
    ) -> None:
        """Keep nothing yet; `count` is told of each answer that somebody got whole, `read_stored` reads a file."""
        self.inner = inner
        self.watch = watch
        self.kept = KeptAnswers(most_bytes)
        self.counts = Counts()
        self._tell = count
        self._read_stored = read_stored
        self._counting = Lock()
        self._under_way: UnderWay[Answer] = UnderWay()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from memory, or let the application answer and keep that."""
        asked = read_question(environ)
        # Before the answer is made: one that was made meanwhile is taken for older than it is, never for newer.
        seen = None if asked is None else self.watch.look()
        if asked is None or seen is None:
            self._count(environ, "passed")
            return self.inner(environ, start_response)
        found = self.kept.find(asked)
        if found is not None and found.revision != seen.revision:
            found = None
        if found is not None and self._holds(found, seen):
            return self._send(found, environ, start_response, "hit" if seen.is_certain else "stale")
        return self._make(asked, seen, found, environ, start_response)

    def _holds(self, answer: Answer, seen: Seen) -> bool:
        if seen.is_certain:
            return time.monotonic() < answer.old_at
        return self._may_be_stale(answer, seen)

    def _may_be_stale(self, answer: Answer, seen: Seen) -> bool:
        """Tell whether an answer is better than none: nothing is known to have changed, and it has not grown old."""
        return self.watch.age_of(seen) < STALE_IF_ERROR and time.monotonic() < answer.old_at + STALE_IF_ERROR

    def _make(
        self, asked: Asked, seen: Seen, old: Answer | None, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let the application answer; should it fail, an answer to which nothing has changed is better than none."""
        with self._turn(asked, seen) as turn:
            if turn.made is not None:
                return self._send(turn.made, environ, start_response, "hit")
            made = Made(self.inner, plain_environ(environ, asked))
            answer = made.answer(seen.revision, self.kept.largest)
            if answer is not None and seen.is_certain:
                self.kept.keep(asked, answer)
                turn.made = answer
        has_failed = made.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if has_failed and old is not None and self._may_be_stale(old, seen):
            made.close()
            return self._send(old, environ, start_response, "stale")
        self._count(environ, "miss")
        if answer is None or answer.stored is not None:
            if "HTTP_IF_NONE_MATCH" not in environ:
                self._tell(environ, made.noted)
            return made.pass_on(environ, start_response)
        return self._reply(answer, environ, start_response)[1]

    def _turn(self, asked: Asked, seen: Seen) -> AbstractContextManager[Turn[Answer]]:
        """Have one thread make what many ask for at once, each change of what is public by itself."""
        return self._under_way.turn((asked, seen.revision)) if seen.is_certain else nullcontext(Turn())

    def _send(
        self, answer: Answer, environ: WSGIEnvironment, start_response: StartResponse, outcome: str
    ) -> Iterable[bytes]:
        try:
            status, content = self._reply(answer, environ, start_response, is_stale=outcome == "stale")
        except UnavailableError:  # The file can't be read: the application tells the caller so.
            self._count(environ, "passed")
            return self.inner(environ, start_response)
        self._count(environ, outcome, not_modified=status == HTTPStatus.NOT_MODIFIED)
        visit: Visit | None = environ.get(VISIT_KEY)
        if visit is not None:
            visit.route, visit.face = answer.route, answer.face
        return content

    def _reply(
        self, answer: Answer, environ: WSGIEnvironment, start_response: StartResponse, *, is_stale: bool = False
    ) -> tuple[int, Iterable[bytes]]:
        is_known = answer.is_known_to(environ.get("HTTP_IF_NONE_MATCH", ""))
        content = [] if is_known or environ["REQUEST_METHOD"] == "HEAD" else self._content(answer)
        headers = list(answer.unchanged if is_known else answer.headers)
        if is_stale:
            headers.append(("Age", str(int(time.monotonic() - answer.made_at))))
        start_response(NOT_MODIFIED if is_known else _OK, headers)
        if is_known:
            return HTTPStatus.NOT_MODIFIED, content
        self._tell(environ, answer.noted)
        return HTTPStatus.OK, content

    def _content(self, answer: Answer) -> Iterable[bytes]:
        """Return the content, of a file verified pieces. Raises UnavailableError if it is missing or damaged."""
        return [answer.content] if answer.stored is None else self._read_stored(answer.stored)

    def _count(self, environ: WSGIEnvironment, outcome: str, *, not_modified: bool = False) -> None:
        environ[OUTCOME] = outcome
        with self._counting:
            setattr(self.counts, outcome, getattr(self.counts, outcome) + 1)
            self.counts.not_modified += not_modified


def read_question(environ: WSGIEnvironment) -> Asked | None:
    """Return what a stranger wants to read; None for all other requests."""
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if environ["REQUEST_METHOD"] not in READING or path.startswith(PASSED_BEGINNINGS):
        return None
    if path.endswith(FILES_END) and (environ["REQUEST_METHOD"] == "HEAD" or "HTTP_IF_NONE_MATCH" in environ):
        return None
    if not DEMANDS.isdisjoint(environ) or environ.get("CONTENT_LENGTH") not in _EMPTY or len(query) > LONGEST_QUERY:
        return None
    sent = environ.get("HTTP_COOKIE", "")
    cookie = _COOKIE.fullmatch(sent)
    if sent and cookie is None:
        return None
    language = preferred_language(cookie.group(1) if cookie else None, environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    place = f"{environ['wsgi.url_scheme']}://{host}{environ.get('SCRIPT_NAME', '')}{path}"
    encoding = _encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
    return Asked(place, query, language.value, encoding)


def plain_environ(environ: WSGIEnvironment, asked: Asked) -> WSGIEnvironment:
    """Return the request with nothing that its answer is not kept by: whoever asks the same is answered the same."""
    plain = {**environ, "REQUEST_METHOD": "GET", "HTTP_ACCEPT_LANGUAGE": asked.language}
    plain["HTTP_ACCEPT_ENCODING"] = asked.encoding
    plain[NOTED] = Noted()
    for name in ("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"):
        plain.pop(name, None)
    return plain


@lru_cache(maxsize=256)
def _encoding_for(accepted: str) -> str:
    """Return the best of the encodings that the service has among those that a caller takes."""
    accept = parse_accept_header(accepted, Accept)
    return next((each for each in CODINGS if accept.quality(each) > 0), "identity")
