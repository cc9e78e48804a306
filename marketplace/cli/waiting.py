"""Watches work that the service does, shows how far it is, and tells how to come back to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marketplace.cli.api import ServiceApi
from marketplace.cli.outcomes import CommandError
from marketplace.cli.progress import shown
from marketplace.cli.voice import Voice
from marketplace.kernel.text import Text

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.3, 2.0, 1.3
UNDER_WAY = frozenset({"queued", "running"})
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """Something the service does in the background."""

    id: str
    path: str
    command: str
    """The command that comes back to it."""
    label_of: Callable[[Document], str]
    """Tells from its document what is done now."""
    by: str = "--resume {id}"
    """The words after the command."""

    @property
    def way_back(self) -> Text:
        """How to come back to it."""
        words = f"yokoten {self.command} {self.by.format(id=self.id)}"
        return Text(f"続きを見る・続ける：{words}", f"To come back: {words}")


def watch(voice: Voice, api: ServiceApi, work: Work, *, seconds: float | None) -> Document | None:
    """Return the document of some work once it has ended, or None when the user's time is over; it goes on then."""
    try:
        document, has_ended = _follow(voice, api, work, seconds)
    except (CommandError, KeyboardInterrupt):
        voice.note("")
        _tell_it_goes_on(voice, work)
        raise
    if has_ended:
        return document
    _tell_it_goes_on(voice, work)
    voice.document(document)
    return None


def tell_failure(voice: Voice, document: Document, work: Work) -> None:
    """Tell why some work failed and what to do; without an error it was cancelled."""
    error = document["error"]
    if error is None:
        voice.warn(Text(f"{work.id} は取り消されました。", f"{work.id} was cancelled."))
        return
    voice.warn(Text(f"{work.id} が止まりました。", f"{work.id} stopped."))
    for sentence in (error["reason"], error["remedy"]):
        voice.warn(f"  {voice.pick(sentence)}")
    if error["message"]:
        voice.warn(f"  ({error['code']}: {error['message']})")
    voice.note(work.way_back)


def _follow(voice: Voice, api: ServiceApi, work: Work, seconds: float | None) -> tuple[Document, bool]:
    """Return the document of some work as it was last, and whether the work has ended."""
    deadline = None if seconds is None else time.monotonic() + seconds
    pause = FIRST_PAUSE
    with shown(voice) as show:
        while True:
            document = api.get(work.path)
            progress = document["progress"]
            show(progress["done"], progress["total"], work.label_of(document))
            if document["state"] not in UNDER_WAY:
                return document, True
            if deadline is not None and time.monotonic() >= deadline:
                return document, False
            time.sleep(pause)
            pause = min(pause * GROWTH, LONGEST_PAUSE)


def _tell_it_goes_on(voice: Voice, work: Work) -> None:
    voice.note(Text("処理はサービスで続いています。", "It goes on in the service."))
    voice.note(work.way_back)
