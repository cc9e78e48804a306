"""Reads the letters that stay on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.mail import Delivery
from marketplace.kernel.vault import VaultError
from marketplace.mail.models import Mail, MailState

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A letter as the outbox page shows it."""

    id: str
    recipient: str
    subject: str
    body: str
    written_at: datetime


def list_kept(ctx: Context) -> list[KeptMail]:
    """Return the latest letters; only where the operator chose to keep them to be read. Raises NotFoundError."""
    if ctx.ports.mailer.delivery is not Delivery.OUTBOX:
        raise NotFoundError
    kept = select(Mail).where(Mail.state == MailState.KEPT).order_by(Mail.written_at.desc(), Mail.id).limit(MOST_SHOWN)
    return [
        KeptMail(mail.id, mail.recipient, mail.subject, _body(ctx, mail), mail.written_at)
        for mail in ctx.session.scalars(kept)
    ]


def _body(ctx: Context, mail: Mail) -> str:
    try:
        return ctx.ports.vault.unseal(mail.sealed_body)
    except VaultError:
        return ""
