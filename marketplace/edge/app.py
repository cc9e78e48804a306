"""The Flask application: one door, one transaction and one retry around every view."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Blueprint, Flask, g, request, send_from_directory
from sqlalchemy.exc import IntegrityError

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.addresses import require_clean_address
from marketplace.edge.bodies import receive_request, rewind_uploads
from marketplace.edge.desk import Desk
from marketplace.edge.public_answers import settle
from marketplace.kernel.actor import ANONYMOUS, Actor
from marketplace.kernel.errors import ReadOnlyError

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue

    from marketplace.edge.tally import Tally
    from marketplace.kernel.ports import Ports

Door = Callable[[], Actor]
View = TypeVar("View", bound=Callable[..., object])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WRITES_WHEN = "writes_when"


def writes_when(tells: Callable[[], bool]) -> Callable[[View], View]:
    """Mark a view for which the method does not tell whether a request writes; its transaction is made for it."""

    def mark(view: View) -> View:
        setattr(view, WRITES_WHEN, tells)
        return view

    return mark


class MarketplaceApp(Flask):
    """A Flask application whose blueprints can't be entered without a door."""

    tally: Tally
    """What templates got in this process; the composition root opens it."""

    def __init__(self, *, sessions: Sessions, ports: Ports, now: Callable[[], datetime], **options: str | None) -> None:
        """Keep the ports that views hand to the domains."""
        super().__init__("marketplace", **options)  # type: ignore[arg-type]
        self.sessions = sessions
        self.ports = ports
        self.now = now
        self.doors: dict[str, Door] = {}
        self.is_draining: Callable[[], bool] = lambda: False
        self.desk = Desk()
        """Where a request is worked at once it has come; the web server has only so many places."""
        self.streams: AbstractContextManager[object] = nullcontext()
        """Where an answer is written while it is read, at the pace of its reader."""
        self.admit: Callable[[Door], Actor] = lambda door: door()
        """Opens a door; the composition root makes it count who comes in (edge/pacing)."""

    def mount(self, blueprint: Blueprint, door: Door) -> None:
        """Register a blueprint behind the door that tells who is calling."""
        self.doors[blueprint.name] = door
        self.register_blueprint(blueprint)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view or handler as it is: none is a coroutine, and Flask asks of each, each time."""
        return func

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view; the loser of a race runs once more and meets the winner's row, hence the normal refusal."""
        require_clean_address()
        if request.routing_exception is None:
            receive_request()
        with self.desk:
            try:
                return self._dispatch_once()
            except IntegrityError:
                rewind_uploads()
                return self._dispatch_once()

    def send_static_file(self, filename: str) -> Response:
        """Send a file; the library answers a wish for a part of it only, for codings and 304 come later."""
        folder, max_age = cast("str", self.static_folder), self.get_send_file_max_age(filename)
        return send_from_directory(folder, filename, conditional="Range" in request.headers, max_age=max_age)

    def process_response(self, response: Response) -> Response:
        """Finish an answer; what caches may do with it is settled when its cookies are known."""
        return settle(super().process_response(response))

    def _dispatch_once(self) -> ResponseReturnValue:
        if request.endpoint == "static":
            return super().dispatch_request()
        writes = self._writes()
        is_refused = writes and self.sessions.read_only
        with unit_of_work(self.sessions, writes=writes and not is_refused) as (g.session, g.after_commit):
            g.actor = self.admit(self.doors[request.blueprint]) if request.blueprint else ANONYMOUS
            if is_refused:  # Before the view does anything outside the database; the page greets who is here.
                raise ReadOnlyError
            return super().dispatch_request()

    def _writes(self) -> bool:
        """Tell whether the request under way is going to change something."""
        tells: Callable[[], bool] | None = getattr(self.view_functions.get(request.endpoint or ""), WRITES_WHEN, None)
        return request.method not in SAFE_METHODS if tells is None else tells()
