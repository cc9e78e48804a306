"""The part that carries letters to people."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is ready to go; the same letter always has the same id, by which receivers know a second copy."""

    id: str
    recipient: str
    subject: str
    body: str
    language: str
    written_at: datetime


class Delivery(StrEnum):
    """What becomes of a mail."""

    SMTP = "smtp"
    OUTBOX = "outbox"
    """It is kept and shown on a page of this machine."""
    NONE = "none"


class MailError(Exception):
    """A letter could not be handed over."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        """Keep the reason, in the words of the server, and whether another try is pointless."""
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final


class Carrier(Protocol):
    """One connection to what carries mail."""

    def send(self, letter: Letter) -> None:
        """Hand a letter over. Raises MailError."""
        ...


class Mailer(Protocol):
    """Opens connections; every adapter says what becomes of a mail."""

    @property
    def delivery(self) -> Delivery:
        """Tell what becomes of a mail."""
        ...

    def connect(self) -> AbstractContextManager[Carrier]:
        """Open a connection for one or several letters. Raises MailError."""
        ...


class LocalOutbox:
    """Sends nothing: letters stay where they are kept, to be read on a page of this machine."""

    delivery = Delivery.OUTBOX

    def connect(self) -> AbstractContextManager[LocalOutbox]:
        """Return itself."""
        return nullcontext(self)

    def send(self, letter: Letter) -> None:
        """Leave the letter where it is kept."""


class NoMailer:
    """Sends nothing and keeps nothing: what stands in where no way to send mail was set."""

    delivery = Delivery.NONE

    def connect(self) -> AbstractContextManager[Carrier]:
        """Refuse. Raises MailError."""
        raise MailError("no way to send mail was set", is_final=True)
