"""Sign-in by cookie: whose session a browser holds, and the door of every page."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from flask import Response, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError

from marketplace.accounts import queries as accounts
from marketplace.accounts import sessions
from marketplace.edge.context import caller_address, context, is_read_only, marketplace_app
from marketplace.edge.headers import refuse_cross_site
from marketplace.edge.session_cookie import SessionCookie
from marketplace.kernel.actor import ANONYMOUS, Actor
from marketplace.kernel.errors import NotFoundError
from marketplace.municipalities import queries as municipalities

if TYPE_CHECKING:
    from datetime import datetime

    from marketplace.accounts.models import Person
    from marketplace.accounts.sessions import FoundSession
    from marketplace.db.unit_of_work import Sessions
    from marketplace.edge.app import MarketplaceApp

log = logging.getLogger(__name__)

SECRET = "_user_id"  # noqa: S105 - where flask-login keeps what `SignedInPerson.get_id` returns
HALFWAY = "halfway"
ACTS_FOR = "acts-for"
OWED_FACTOR = "/account/second-factor"
"""Where a member is led whose municipality requires a second factor they do not have yet."""
HALFWAY_SECONDS = 600
"""How long a right password waits for its second factor."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person at the screen, as every page greets them; kept apart from the session so that error pages may ask."""

    name: str
    municipality_code: str | None
    municipality_name: str | None


class SignedInPerson(UserMixin):  # type: ignore[misc]
    """A person in the form flask-login keeps in the cookie: by the secret of a session that the database knows."""

    def __init__(self, secret: str, found: FoundSession) -> None:
        """Keep the session."""
        self._secret = secret
        self.found = found

    def get_id(self) -> str:
        """Return the secret of the session."""
        return self._secret


def register_sign_in(app: MarketplaceApp) -> None:
    """Set up the cookie and the loader of its person."""
    manager = LoginManager()
    manager.session_protection = "strong"
    # The context processor would load the person on error pages, whose transaction has ended.
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_load)
    app.session_interface = SessionCookie()
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["PERMANENT_SESSION_LIFETIME"] = app.ports.session_rules.whole
    app.after_request(_note_seen)


def session_door() -> Actor:
    """Return who the session cookie stands for; an unsafe request from another site is refused."""
    refuse_cross_site()
    g.visitor = None
    if not current_user.is_authenticated:
        return replace(ANONYMOUS, address=caller_address())
    person: Person = current_user.found.person
    actor = municipalities.actor_of_person(g.session, person, caller_address(), session.get(ACTS_FOR))
    g.own_session = current_user.found
    g.visitor = _visitor(person, actor)
    return actor


def visitor() -> Visitor | None:
    """Return the signed-in person of this request, if the door recognised one."""
    found: Visitor | None = g.get("visitor")
    return found


def is_visitor_known() -> bool:
    """Tell whether this request passed the door; an address that leads nowhere never does."""
    return "visitor" in g


def holds_session() -> bool:
    """Tell whether this browser says that somebody is signed in; the door will see whether that is so."""
    return SECRET in session


def own_session_id() -> str | None:
    """Return the id of the session of this browser."""
    found: FoundSession | None = g.get("own_session")
    return found.id if found else None


def sign_in(person: Person) -> None:
    """Start a session; what an earlier session of this browser held is forgotten, and its secret is of no use."""
    ctx = context()
    _end_earlier()
    secret = sessions.begin_session(ctx, person, request.user_agent.string)
    found = sessions.find_session(ctx.session, secret, ctx.now(), ctx.ports.session_rules)
    if found is not None:
        session.permanent = True
        login_user(SignedInPerson(secret, found))


def renew_session() -> None:
    """Give the session of this browser a new secret, so that whoever copied its cookie is out."""
    own = own_session_id()
    if own is not None:
        session[SECRET] = sessions.renew_session(context(), own)


def sign_out() -> None:
    """End the session of this browser, here and in the database."""
    _end_earlier()
    logout_user()
    session.clear()


def act_for(municipality_code: str) -> None:
    """Let this browser act for a municipality of its person until they sign out; the membership is asked each time."""
    session[ACTS_FOR] = municipality_code


def owes_second_factor() -> bool:
    """Tell whether the person at the screen can do nothing for their municipality before they have a second factor."""
    actor: Actor | None = g.get("actor")
    return actor is not None and actor.owes_second_factor


def will_owe_second_factor(person: Person) -> bool:
    """Tell the same of somebody who is signing in at this moment."""
    return municipalities.actor_of_person(g.session, person, caller_address(), session.get(ACTS_FOR)).owes_second_factor


def hold_halfway(person: Person) -> None:
    """Remember whose password was right, until the second factor comes; an earlier session of this browser ends."""
    _end_earlier()
    session[HALFWAY] = [person.id, sessions.mark_of(person), context().now().timestamp()]


def halfway() -> Person | None:
    """Return whose password was right in this browser some minutes ago."""
    try:
        person_id, mark, at = session[HALFWAY]
        age = context().now().timestamp() - at
    except (KeyError, ValueError, TypeError):
        return None
    person = accounts.find_person(g.session, str(person_id))
    if person is None or mark != sessions.mark_of(person) or not 0 <= age < HALFWAY_SECONDS:
        return None
    return person


def _end_earlier() -> None:
    """End the session this browser holds, if it holds one; while nothing may be written only the browser forgets it."""
    ctx, own = context(), own_session_id()
    if own is not None and not is_read_only():
        with suppress(NotFoundError):  # It was ended from another browser at this moment.
            sessions.end_session(ctx, own)
    session.clear()


def _visitor(person: Person, actor: Actor) -> Visitor:
    code = actor.municipality_code
    if code is None:
        return Visitor(person.name, None, None)
    g.actor = actor
    return Visitor(person.name, code, municipalities.get_municipality(context(), code).name)


def _load(secret: str) -> SignedInPerson | None:
    app = marketplace_app()
    found = sessions.find_session(g.session, secret, app.now(), app.ports.session_rules)
    return None if found is None else SignedInPerson(secret, found)


def _note_seen(response: Response) -> Response:
    """Note now and then that a session is used, once the answer has left: no reader waits for it."""
    app = marketplace_app()
    found: FoundSession | None = g.get("own_session")
    if found is not None and sessions.is_long_unseen(found, app.now()):
        response.call_on_close(partial(_write_seen, app.sessions, found, app.now()))
    return response


def _write_seen(opened: Sessions, found: FoundSession, now: datetime) -> None:
    try:
        sessions.note_seen(opened, found, now)
    except SQLAlchemyError:
        log.exception("It was not noted that a session is used")
