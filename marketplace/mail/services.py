"""Writes letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from marketplace.kernel.context import Context
from marketplace.kernel.mail import Delivery
from marketplace.kernel.text import Language, Text
from marketplace.mail.models import Mail, MailState

JOB = "send-mail"
ALL_DUE = "due"
"""The subject of the only errand: one turn sends whatever is due over one connection."""
USEFUL_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Draft:
    """What to write to somebody, in both languages."""

    purpose: str
    subject: Text
    body: Text
    useful_for: timedelta = USEFUL_FOR
    """How long it is worth trying."""


def write_mail(ctx: Context, recipient: str, draft: Draft, language: Language, **params: object) -> None:
    """Keep a letter to be carried after the commit; where no mail can leave, nothing is kept."""
    delivery = ctx.ports.mailer.delivery
    if delivery is Delivery.NONE:
        return
    now = ctx.now()
    stays = delivery is Delivery.OUTBOX
    ctx.session.add(
        Mail(
            purpose=draft.purpose,
            recipient=recipient,
            subject=draft.subject.in_language(language, **params),
            sealed_body=ctx.ports.vault.seal(draft.body.in_language(language, **params)),
            language=language.value,
            state=MailState.KEPT if stays else MailState.WAITING,
            written_at=now,
            due_at=None if stays else now,
            useful_until=now + draft.useful_for,
        )
    )
    ctx.session.flush()
    if not stays:
        ctx.after_commit(lambda: ctx.ports.jobs.enqueue(JOB, ALL_DUE))
