"""Which letters are due, who is at them, and what became of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from marketplace.kernel.mail import Letter, MailError
from marketplace.kernel.vault import Vault, VaultError
from marketplace.mail.models import Mail, MailState

TRY_TAKES = timedelta(minutes=2)
"""Longer than any try; then the letter is due again, for whoever tried has died."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
KEPT_FOR = timedelta(days=30)
LONGEST_FAILURE = 300

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Try:
    """A letter taken for one try."""

    letter: Letter
    number: int


def is_any_due(session: Session, now: datetime) -> bool:
    """Tell whether a letter waits for a try."""
    return session.scalar(select(Mail.id).where(Mail.due_at <= now).limit(1)) is not None


def take(session: Session, vault: Vault, now: datetime) -> Try | None:
    """Take the letter that waits longest; of two workers one gets it. What is of no use any more is given up."""
    for mail in session.scalars(select(Mail).where(Mail.due_at <= now).order_by(Mail.due_at, Mail.id).limit(20)):
        if not _claim(session, mail, now):
            continue
        if mail.useful_until <= now:
            _give_up(mail, mail.failure or "too late")
            continue
        try:
            body = vault.unseal(mail.sealed_body)
        except VaultError:
            log.exception("The letter %s can't be opened: its key is not among MARKETPLACE_CREDENTIALS_KEYS", mail.id)
            _give_up(mail, "unreadable")
            continue
        letter = Letter(mail.id, mail.recipient, mail.subject, body, mail.language, mail.written_at)
        return Try(letter, mail.tries)
    return None


def note_sent(session: Session, done: Try) -> None:
    """Note that a letter was handed over; what it said is forgotten."""
    mail = _still_ours(session, done)
    if mail is not None:
        mail.state, mail.due_at, mail.sealed_body, mail.failure = MailState.SENT, None, "", None


def note_failure(session: Session, done: Try, error: MailError, now: datetime) -> None:
    """Note why a letter was not handed over, and when to try again."""
    mail = _still_ours(session, done)
    if mail is None:
        return
    mail.failure = error.reason[:LONGEST_FAILURE]
    mail.due_at = now + min(FIRST_PAUSE * (1 << min(done.number - 1, 10)), LONGEST_PAUSE)
    if error.is_final or mail.due_at >= mail.useful_until:
        _give_up(mail, mail.failure)
    log.warning("A letter was not sent (%s, try %s): %s", mail.id, done.number, mail.failure)


def forget_old_mails(session: Session, now: datetime) -> None:
    """Delete what was written a month ago."""
    session.execute(delete(Mail).where(Mail.written_at <= now - KEPT_FOR))


def _claim(session: Session, mail: Mail, now: datetime) -> bool:
    """Begin a try, unless another worker was quicker."""
    mine = update(Mail).where(Mail.id == mail.id, Mail.tries == mail.tries, Mail.due_at <= now)
    values = {"tries": mail.tries + 1, "due_at": now + TRY_TAKES}
    result = session.execute(mine.values(values), execution_options={"synchronize_session": False})
    session.refresh(mail)
    return isinstance(result, CursorResult) and result.rowcount == 1


def _still_ours(session: Session, done: Try) -> Mail | None:
    """Return the row unless another try has begun since."""
    return session.scalar(select(Mail).where(Mail.id == done.letter.id, Mail.tries == done.number).with_for_update())


def _give_up(mail: Mail, failure: str) -> None:
    mail.state, mail.due_at, mail.sealed_body, mail.failure = MailState.GIVEN_UP, None, "", failure
