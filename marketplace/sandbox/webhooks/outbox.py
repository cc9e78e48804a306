"""The deliveries: put in with the event, taken out one by one, noted, forgotten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import JsonObject
from marketplace.sandbox.models import App, Site
from marketplace.sandbox.webhooks.models import Delivery, DeliveryState, Webhook, WebhookEvent

MOST_IN_A_MINUTE = 60
"""Of one site, over all its apps. Two transactions at once may both take the last place."""
MINUTE = timedelta(minutes=1)
PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))
"""Between one attempt and the next."""
MOST_ATTEMPTS = len(PAUSES) + 1
LEASE = timedelta(seconds=60)
"""When an attempt counts as interrupted; longer than any call may take (outbound.client.TimeLimits)."""
INTERRUPTED = "interrupted"
KEPT_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery that a worker has taken in hand."""

    delivery_id: str
    number: int
    site_id: str
    event: str
    url: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: the status of the answer, or why there was none."""

    status: int | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        """Tell whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - all that mean success


def find_listeners(session: Session, caller: Caller, app: App, event: WebhookEvent) -> list[Webhook]:
    """Return the webhooks that want to hear of an event; of a silent caller and a sealed site nobody hears."""
    if caller.is_silent:
        return []
    found = session.scalars(
        select(Webhook)
        .join(Site, Site.id == app.site_id)
        .where(Webhook.app_pk == app.pk, Webhook.active, Site.sealed.is_(False))
        .order_by(Webhook.id)
    )
    return [webhook for webhook in found if event.value in webhook.events]


def put(
    session: Session, app: App, webhooks: Sequence[Webhook], payload: JsonObject, record_id: int | None, now: datetime
) -> None:
    """Put a message into the outbox for each webhook, as far as the site has not sent too many within a minute."""
    room = MOST_IN_A_MINUTE - _count_recent(session, app.site_id, now)
    for webhook in webhooks[: max(room, 0)]:
        session.add(_delivery(app, webhook, payload, record_id, now))
    for webhook in webhooks[max(room, 0) :]:
        _note_dropped(session, app, webhook, payload, now)
    session.flush()  # the next event in the same transaction counts them


def due_sites(session: Session, now: datetime) -> list[str]:
    """Return the sites that have deliveries due; from one that was closed meanwhile nothing leaves."""
    wanted = (
        select(Delivery.site_id)
        .join(Site, Site.id == Delivery.site_id)
        .where(Delivery.state == DeliveryState.PENDING, Delivery.due_at <= now, Site.sealed.is_(False))
    )
    return list(session.scalars(wanted.distinct().order_by(Delivery.site_id)))


def take(session: Session, site_id: str, now: datetime) -> Attempt | None:
    """Take the oldest delivery that is due in hand; whoever comes next finds another or none."""
    while True:
        row = session.execute(
            select(Delivery, Webhook.url)
            .join(Webhook, Webhook.id == Delivery.webhook_id)
            .where(Delivery.site_id == site_id, Delivery.state == DeliveryState.PENDING, Delivery.due_at <= now)
            .order_by(Delivery.created_at, Delivery.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=Delivery)
        ).one_or_none()
        if row is None:
            return None
        delivery, url = row
        if delivery.attempts < MOST_ATTEMPTS:
            break
        _end(delivery, DeliveryState.FAILED, now)
        session.flush()  # the next search must not find it
    delivery.attempts += 1
    delivery.due_at = now + LEASE
    delivery.status, delivery.error = None, INTERRUPTED
    payload = json.loads(delivery.payload or "{}")
    return Attempt(delivery.id, delivery.attempts, site_id, delivery.event, url, payload)


def note(session: Session, attempt: Attempt, outcome: Outcome, now: datetime) -> None:
    """Keep how an attempt ended, unless another worker has taken the delivery in hand since."""
    delivery = session.scalar(
        select(Delivery)
        .where(Delivery.id == attempt.delivery_id, Delivery.attempts == attempt.number)
        .where(Delivery.state == DeliveryState.PENDING)
        .with_for_update()
    )
    if delivery is None:
        return
    delivery.status, delivery.error = outcome.status, outcome.error
    if outcome.is_success:
        _end(delivery, DeliveryState.DELIVERED, now)
    elif attempt.number < MOST_ATTEMPTS:
        delivery.due_at = now + PAUSES[attempt.number - 1]
    else:
        _end(delivery, DeliveryState.FAILED, now)


def list_deliveries(session: Session, webhook: Webhook, most: int) -> list[Delivery]:
    """Return the latest deliveries of a webhook, newest first."""
    wanted = select(Delivery).where(Delivery.webhook_id == webhook.id)
    return list(session.scalars(wanted.order_by(Delivery.created_at.desc(), Delivery.id.desc()).limit(most)))


def forget_old_deliveries(session: Session, now: datetime) -> int:
    """Delete the deliveries that ended long ago and return how many they were."""
    old = delete(Delivery).where(Delivery.state != DeliveryState.PENDING, Delivery.created_at <= now - KEPT_FOR)
    return len(session.execute(old.returning(Delivery.id)).all())


def _count_recent(session: Session, site_id: str, now: datetime) -> int:
    counted = (
        select(func.count())
        .select_from(Delivery)
        .where(
            Delivery.site_id == site_id,
            Delivery.created_at > now - MINUTE,
            Delivery.state != DeliveryState.DROPPED,
        )
    )
    return session.scalar(counted) or 0


def _delivery(app: App, webhook: Webhook, payload: JsonObject, record_id: int | None, now: datetime) -> Delivery:
    return Delivery(
        webhook_id=webhook.id,
        site_id=app.site_id,
        event=payload["type"],
        record_id=record_id,
        payload=json.dumps({"id": str(uuid4()), **payload}, ensure_ascii=False),
        due_at=now,
        created_at=now,
    )


def _note_dropped(session: Session, app: App, webhook: Webhook, payload: JsonObject, now: datetime) -> None:
    """Count a message that was one too many; one row a minute keeps a flood of them small."""
    same = (Delivery.webhook_id == webhook.id, Delivery.state == DeliveryState.DROPPED)
    recent = Delivery.created_at > now - MINUTE
    counted = update(Delivery).where(*same, recent).values(dropped=Delivery.dropped + 1)
    if session.execute(counted.returning(Delivery.id), execution_options={"synchronize_session": False}).all():
        return
    session.add(
        Delivery(
            webhook_id=webhook.id,
            site_id=app.site_id,
            event=payload["type"],
            state=DeliveryState.DROPPED,
            dropped=1,
            due_at=now,
            created_at=now,
            finished_at=now,
        )
    )


def _end(delivery: Delivery, state: DeliveryState, now: datetime) -> None:
    """Close a delivery; what it said, which may be personal data, is forgotten."""
    delivery.state = state
    delivery.finished_at = now
    delivery.payload = None
