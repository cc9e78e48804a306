"""Webhooks of an app, and what is in the outbox."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.models import App
from marketplace.sandbox.webhooks.models import Delivery, Webhook, WebhookEvent
from tests.sandbox_records.factories import NOW, make_app, text

URL = "https://hooks.example.lg.jp/yokoten"


def make_webhook(session: Session, app: App, *events: str, url: str = URL, active: bool = True) -> Webhook:
    """Give an app a webhook, for all events unless some are named."""
    wanted = list(events) or [event.value for event in WebhookEvent]
    webhook = Webhook(app_pk=app.pk, url=url, active=active, events=wanted, created_at=NOW)
    session.add(webhook)
    session.flush()
    return webhook


def make_listened_app(session: Session, url: str = URL) -> App:
    """Make an app with one line of text and a webhook for everything."""
    app = make_app(session, 件名=text())
    make_webhook(session, app, url=url)
    return app


def deliveries(session: Session) -> list[Delivery]:
    """Return the outbox, oldest first."""
    wanted = select(Delivery).order_by(Delivery.created_at, Delivery.id).execution_options(populate_existing=True)
    return list(session.scalars(wanted))


def messages(session: Session) -> list[dict[str, Any]]:
    """Return what the deliveries that have not ended say."""
    return [json.loads(each.payload) for each in deliveries(session) if each.payload]
