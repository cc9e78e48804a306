"""Letters reach a real SMTP server, once in effect, whatever the server says first."""

from __future__ import annotations

import email
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from email.headerregistry import Address
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.mail import LocalOutbox
from marketplace.kernel.text import Language, Text
from marketplace.mail import outbox
from marketplace.mail.models import Mail, MailState
from marketplace.mail.sending import MailRound
from marketplace.mail.services import Draft, write_mail
from marketplace.mail.smtp import Security, SmtpMailer, SmtpServer
from tests.ports import free_port

SENDER = Address("ヨコテン", "no-reply", "yokoten.example.jp")
DRAFT = Draft(
    "test", Text("【ヨコテン】再設定のご案内：見本 花子 様", "Reset"), Text("本文です。\n.\n{link}\n", "Body")
)
LINK = "http://localhost/password-reset/abc"


class Receiver:
    """Keeps what it takes; says first what a test wants it to say."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.says: list[str] = []

    async def handle_DATA(self, _server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        said = self.says.pop(0) if self.says else "250 OK"
        if said.startswith("250"):
            self.taken.append(envelope)
            self.encrypted.append(session.ssl is not None)
        return said


def authenticate(_server, _session, _envelope, _mechanism, data) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"yokoten", b"secret"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate of this machine that signs itself."""
    folder = tmp_path_factory.mktemp("tls")
    key, made = folder / "key.pem", folder / "cert.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command.split(), *names, "-keyout", key, "-out", made], check=True, capture_output=True)
    return key, made


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def server(receiver: Receiver, certificate) -> Iterator[SmtpServer]:
    """A server that demands encryption and a login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate[1], certificate[0])
    controller = Controller(
        receiver,
        hostname="localhost",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    yield SmtpServer("localhost", controller.port, Security.STARTTLS, "yokoten", "secret", SENDER)
    controller.stop()


@pytest.fixture
def mailer(server, certificate) -> SmtpMailer:
    return SmtpMailer(server, ssl.create_default_context(cafile=certificate[1]), seconds=5)


@pytest.fixture
def context(context_of, ports, mailer):
    made = context_of(SYSTEM)
    return replace(made, ports=replace(ports, mailer=mailer))


def write(ctx: Context, recipient: str = "hanako@example.lg.jp") -> Mail:
    write_mail(ctx, recipient, DRAFT, Language.JA, link=LINK)
    ctx.session.commit()
    return ctx.session.query(Mail).filter_by(recipient=recipient).one()


@pytest.fixture
def carry(sessions, context, clock, session):
    """Do what the worker does when something is due."""
    work = MailRound(sessions, context.ports, clock)

    def run() -> int:
        due = work.due(session)
        for _job, subject in due:
            work.carry(subject)
        session.expire_all()
        return len(due)

    return run


def test_a_letter_arrives_whole_encrypted_and_once(context, carry, receiver):
    mail = write(context)
    assert LINK not in mail.sealed_body
    assert [carry(), carry()] == [1, 0]
    (envelope,) = receiver.taken
    message = email.message_from_bytes(envelope.content, policy=default)
    assert receiver.encrypted == [True]
    assert envelope.rcpt_tos == ["hanako@example.lg.jp"]
    assert message["Subject"] == "【ヨコテン】再設定のご案内：見本 花子 様"
    assert message["From"].addresses[0].display_name == "ヨコテン"
    assert message["Message-ID"] == f"<{mail.id}@yokoten.example.jp>"
    assert message.get_content().split() == ["本文です。", ".", LINK]
    assert all(byte < 128 for byte in envelope.content.partition(b"\r\n\r\n")[0]), "headers are ASCII"
    assert (mail.state, mail.sealed_body, mail.due_at) == (MailState.SENT, "", None)


def test_a_busy_server_is_tried_again_after_a_pause_and_one_that_refuses_is_not(context, carry, receiver, clock):
    receiver.says = ["451 try later", "250 OK", "554 no such thing here"]
    mail = write(context)
    carry()
    assert (mail.state, mail.failure, carry()) == (MailState.WAITING, "451 try later", 0)
    clock.advance(seconds=60)
    carry()
    assert mail.state is MailState.SENT
    refused = write(context, "taro@example.lg.jp")
    carry()
    assert (refused.state, refused.failure, refused.sealed_body) == (MailState.GIVEN_UP, "554 no such thing here", "")


def test_a_worker_that_dies_after_handing_over_sends_the_same_letter_and_no_other(
    context, carry, receiver, clock, sessions, monkeypatch
):
    write(context)
    with monkeypatch.context() as dying:
        dying.setattr(outbox, "note_sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            carry()
    assert carry() == 0, "somebody may be at it"
    clock.advance(minutes=2)
    assert carry() == 1
    ids = {email.message_from_bytes(each.content)["Message-ID"] for each in receiver.taken}
    assert (len(receiver.taken), len(ids)) == (2, 1)


@pytest.mark.parametrize(
    "fault", [pytest.param("wrong password", marks=pytest.mark.slow), "unknown certificate", "nobody listens"]
)
def test_what_keeps_the_server_from_taking_it_is_told_and_tried_again_until_it_is_useless(
    context, server, certificate, sessions, clock, session, fault
):
    changed = {"wrong password": {"password": "guess"}, "nobody listens": {"port": 1}}.get(fault, {})
    tls = ssl.create_default_context(cafile=None if fault == "unknown certificate" else certificate[1])
    ports = replace(context.ports, mailer=SmtpMailer(replace(server, **changed), tls, seconds=5))
    mail = write(context)
    work = MailRound(sessions, ports, clock)
    work.carry("due")
    session.expire_all()
    assert (mail.state, mail.tries) == (MailState.WAITING, 1)
    assert mail.failure
    assert "guess" not in mail.failure
    clock.advance(days=3)
    work.carry("due")
    session.expire_all()
    assert (mail.state, mail.sealed_body) == (MailState.GIVEN_UP, "")


@pytest.mark.parametrize("recipient", ["a@example.jp\r\nBcc: b@example.jp", "a@example.jp\nX: y", "a@-..jp", "@"])
def test_a_line_break_in_an_address_makes_no_header(context, carry, receiver, recipient):
    mail = write(context, recipient)
    carry()
    assert receiver.taken == []
    assert mail.state is MailState.GIVEN_UP


def test_in_the_local_outbox_letters_stay_and_no_job_is_asked_for(context, carry, ports):
    write(replace(context, ports=replace(ports, mailer=LocalOutbox())))
    assert carry() == 0
