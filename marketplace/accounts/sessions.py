"""The browsers in which a person is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, SignInSession
from marketplace.accounts.policy import require_self
from marketplace.audit import services as audit
from marketplace.db.unit_of_work import Sessions, note
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.ids import hash_secret, new_secret
from marketplace.kernel.signing_in import SessionRules

SEEN_EVERY = timedelta(minutes=5)
LONGEST_USER_AGENT = 300
MARK_LENGTH = 16


@dataclass(frozen=True, slots=True)
class FoundSession:
    """Whose session a secret opens."""

    id: str
    person: Person
    seen_at: datetime


def begin_session(ctx: Context, person: Person, user_agent: str) -> str:
    """Begin a session and return its secret, which no earlier session of the browser had."""
    secret, now = new_secret(), ctx.now()
    printable = "".join(letter for letter in user_agent if letter.isprintable())
    ctx.session.add(
        SignInSession(
            secret_hash=hash_secret(secret),
            person_id=person.id,
            password_mark=mark_of(person),
            created_at=now,
            seen_at=now,
            address=ctx.actor.address,
            user_agent=printable[:LONGEST_USER_AGENT],
        )
    )
    ctx.session.flush()
    return secret


def find_session(session: Session, secret: str, now: datetime, rules: SessionRules) -> FoundSession | None:
    """Return the session of a secret with its person, in one statement; none that has ended in whatever way."""
    row = session.execute(
        select(SignInSession, Person)
        .join(Person, Person.id == SignInSession.person_id)
        .where(SignInSession.secret_hash == hash_secret(secret), Person.disabled_at.is_(None))
    ).one_or_none()
    if row is None or not _goes_on(row[0], row[1], now, rules):
        return None
    return FoundSession(row[0].id, row[1], row[0].seen_at)


def list_sessions(ctx: Context) -> list[SignInSession]:
    """Return the caller's own sessions that go on, the latest seen first."""
    rows = ctx.session.execute(
        select(SignInSession, Person)
        .join(Person, Person.id == SignInSession.person_id)
        .where(SignInSession.person_id == require_self(ctx.actor))
        .order_by(SignInSession.seen_at.desc(), SignInSession.id)
    )
    return [found for found, person in rows if _goes_on(found, person, ctx.now(), ctx.ports.session_rules)]


def end_session(ctx: Context, session_id: str) -> None:
    """End one of the caller's own sessions. Raises NotFoundError."""
    own = SignInSession.person_id == require_self(ctx.actor)
    ended = delete(SignInSession).where(own, SignInSession.id == session_id).returning(SignInSession.id)
    if not session_id.isprintable() or ctx.session.scalar(ended) is None:
        raise NotFoundError
    audit.record(ctx, "session.ended", f"session:{session_id}")


def end_other_sessions(ctx: Context, kept: str | None) -> int:
    """End the caller's own sessions but one and return how many they were."""
    ended = end_sessions_of(ctx.session, require_self(ctx.actor), kept)
    audit.record(ctx, "session.others-ended", f"person:{ctx.actor.person_id}", ended=ended)
    return ended


def end_sessions_of(session: Session, person_id: str, kept: str | None = None) -> int:
    """End the sessions of a person but one; for those who have checked the caller."""
    ended = delete(SignInSession).where(SignInSession.person_id == person_id, SignInSession.id != (kept or ""))
    return len(session.execute(ended.returning(SignInSession.id)).all())


def keep_after_new_password(session: Session, person: Person, kept: str | None) -> None:
    """End the sessions of a person whose password has changed, but the one it was changed in."""
    end_sessions_of(session, person.id, kept)
    mine = update(SignInSession).where(SignInSession.id == (kept or ""), SignInSession.person_id == person.id)
    session.execute(mine.values(password_mark=mark_of(person)))


def keep_through_new_hash(session: Session, person: Person, password_hash: str) -> None:
    """Replace the hash of a password that has stayed the same: whatever session went on goes on."""
    own = SignInSession.person_id == person.id, SignInSession.password_mark == mark_of(person)
    person.password_hash = password_hash
    session.execute(update(SignInSession).where(*own).values(password_mark=mark_of(person)))


def renew_session(ctx: Context, session_id: str) -> str:
    """Give one of the caller's own sessions a new secret and return it: a copy of the old one opens nothing.

    Raises NotFoundError.
    """
    secret = new_secret()
    mine = SignInSession.person_id == require_self(ctx.actor), SignInSession.id == session_id
    renewed = update(SignInSession).where(*mine).values(secret_hash=hash_secret(secret)).returning(SignInSession.id)
    if ctx.session.scalar(renewed) is None:
        raise NotFoundError
    return secret


def note_seen(sessions: Sessions, found: FoundSession, now: datetime) -> None:
    """Note that a session was used, in a transaction of its own; of several requests at once one writes."""
    mine = SignInSession.id == found.id, SignInSession.seen_at <= now - SEEN_EVERY
    note(sessions, lambda session: session.execute(update(SignInSession).where(*mine).values(seen_at=now)))


def is_long_unseen(found: FoundSession, now: datetime) -> bool:
    """Tell whether it is time to note that the session is used."""
    return found.seen_at <= now - SEEN_EVERY


def forget_ended_sessions(ctx: Context) -> None:
    """Delete the sessions whose time is over."""
    now, rules = ctx.now(), ctx.ports.session_rules
    over = or_(SignInSession.created_at <= now - rules.whole, SignInSession.seen_at <= now - rules.idle)
    ctx.session.execute(delete(SignInSession).where(over))


def mark_of(person: Person) -> str:
    """Return a mark of the present password, from which nothing can be learned of it."""
    return hash_secret(person.password_hash)[:MARK_LENGTH]


def _goes_on(found: SignInSession, person: Person, now: datetime, rules: SessionRules) -> bool:
    ends_at = min(found.created_at + rules.whole, found.seen_at + rules.idle)
    return now < ends_at and found.password_mark == mark_of(person)
