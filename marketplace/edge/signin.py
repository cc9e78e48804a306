"""Sign-in by session cookie: whose session a browser holds, and the door of every page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from marketplace.accounts import queries as accounts
from marketplace.edge.context import caller_address, context
from marketplace.edge.headers import refuse_cross_site
from marketplace.kernel.actor import ANONYMOUS, Actor
from marketplace.kernel.ids import hash_secret
from marketplace.municipalities import queries as municipalities

if TYPE_CHECKING:
    from marketplace.accounts.models import Person
    from marketplace.edge.app import MarketplaceApp

WORKING_DAY = timedelta(hours=12)
FINGERPRINT_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person at the screen, as every page greets them; kept apart from the session so that error pages may ask."""

    name: str
    municipality_code: str | None
    municipality_name: str | None


class SignedInPerson(UserMixin):  # type: ignore[misc]
    """A person in the form flask-login keeps in the session."""

    def __init__(self, person: Person) -> None:
        """Keep the person."""
        self.person = person

    def get_id(self) -> str:
        """Return the person's id with a mark of the password: changing the password ends every session."""
        return f"{self.person.id}.{_fingerprint(self.person)}"


def register_sign_in(app: MarketplaceApp) -> None:
    """Set up the session cookie and the loader of its person."""
    manager = LoginManager()
    manager.session_protection = "strong"
    # The context processor would load the person on error pages, whose transaction has ended.
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_load)
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["PERMANENT_SESSION_LIFETIME"] = WORKING_DAY


def session_door() -> Actor:
    """Return who the session cookie stands for; an unsafe request from another site is refused."""
    refuse_cross_site()
    g.visitor = None
    if not current_user.is_authenticated:
        return replace(ANONYMOUS, address=caller_address())
    person: Person = current_user.person
    actor = municipalities.actor_of_person(g.session, person, caller_address())
    g.visitor = _visitor(person, actor)
    return actor


def visitor() -> Visitor | None:
    """Return the signed-in person of this request, if the door recognised one."""
    found: Visitor | None = g.get("visitor")
    return found


def is_visitor_known() -> bool:
    """Tell whether this request passed the door; an address that leads nowhere never does."""
    return "visitor" in g


def sign_in(person: Person) -> None:
    """Start a session; what an earlier session of this browser held is forgotten."""
    session.clear()
    session.permanent = True
    login_user(SignedInPerson(person))


def sign_out() -> None:
    """End the session of this browser."""
    logout_user()
    session.clear()


def _visitor(person: Person, actor: Actor) -> Visitor:
    code = actor.municipality_code
    if code is None:
        return Visitor(person.name, None, None)
    g.actor = actor
    return Visitor(person.name, code, municipalities.get_municipality(context(), code).name)


def _load(session_id: str) -> SignedInPerson | None:
    person_id, _, fingerprint = session_id.partition(".")
    person = accounts.find_person(g.session, person_id)
    if person is None or person.disabled_at is not None or fingerprint != _fingerprint(person):
        return None
    return SignedInPerson(person)


def _fingerprint(person: Person) -> str:
    return hash_secret(person.password_hash)[:FINGERPRINT_LENGTH]
