"""Hands letters to an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum

from marketplace.kernel.mail import Delivery, Letter, MailError

SECONDS = 15
"""For connecting, and for each answer."""
PERMANENT = 500


class Security(StrEnum):
    """How the connection is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where the server is, how to speak to it, and whose name letters bear."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    sender: Address


class SmtpMailer:
    """Speaks SMTP; without encryption only where the operator said so."""

    delivery = Delivery.SMTP

    def __init__(self, server: SmtpServer, tls: ssl.SSLContext | None = None, seconds: float = SECONDS) -> None:
        """Keep the server; certificates are checked against those that the system trusts unless told otherwise."""
        self._server = server
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds

    @contextmanager
    def connect(self) -> Iterator[_SmtpCarrier]:
        """Connect, encrypt and log in. Raises MailError."""
        try:
            connection = self._open()
        except smtplib.SMTPException as error:
            raise MailError(_words(error)) from error
        except (OSError, ValueError) as error:
            raise MailError(f"{self._server.host}:{self._server.port}: {error}") from error
        try:
            yield _SmtpCarrier(connection, self._server.sender)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.security is Security.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._seconds, context=self._tls
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._seconds)
        try:
            if server.security is Security.STARTTLS:
                connection.starttls(context=self._tls)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


class _SmtpCarrier:
    """One connection."""

    def __init__(self, connection: smtplib.SMTP, sender: Address) -> None:
        self._connection = connection
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """Hand a letter over. Raises MailError."""
        try:
            message = compose(letter, self._sender)
        except (ValueError, MessageError) as error:
            raise MailError(f"the letter can't be written: {error}", is_final=True) from error
        try:
            self._connection.send_message(message)
        except smtplib.SMTPException as error:
            raise MailError(_words(error), is_final=_is_final(error)) from error
        except (OSError, ValueError) as error:
            raise MailError(str(error)) from error


def compose(letter: Letter, sender: Address) -> EmailMessage:
    """Return a letter as it travels; a line break in an address or a subject is refused. Raises ValueError."""
    user, _, domain = letter.recipient.rpartition("@")
    if not (user and domain):
        message = "the recipient is no address"
        raise ValueError(message)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = Address(username=user, domain=_ascii(domain))
    mail["Subject"] = letter.subject
    mail["Date"] = letter.written_at
    mail["Message-ID"] = f"<{letter.id}@{_ascii(sender.domain)}>"
    mail["Content-Language"] = letter.language
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body, charset="utf-8", cte="base64")
    return mail


def _ascii(domain: str) -> str:
    return domain.encode("idna").decode("ascii")


def _is_final(error: smtplib.SMTPException) -> bool:
    """Tell whether the server will never take this letter; what it says of logins and lines may change."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= PERMANENT
    return isinstance(error, smtplib.SMTPNotSupportedError)


def _words(error: smtplib.SMTPException) -> str:
    """Return what the server said, in one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_line(said)}" for code, said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_line(error.smtp_error)}"
    return " ".join(str(error).split())


def _line(said: object) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())
