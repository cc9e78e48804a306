"""What writers of records and comments tell; each function is called in the transaction of the act, after it.

Bulk calls tell nothing, as on kintone: they don't come here, and a bulk request marks its caller as silent.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import JsonObject
from marketplace.sandbox.models import App
from marketplace.sandbox.webhooks import payloads
from marketplace.sandbox.webhooks.models import WebhookEvent
from marketplace.sandbox.webhooks.outbox import find_listeners, put


def record_added(session: Session, caller: Caller, app: App, record_id: int, now: datetime) -> None:
    """Tell of a record that was added by itself."""
    _tell_of_record(session, caller, app, WebhookEvent.ADD_RECORD, record_id, now)


def record_updated(session: Session, caller: Caller, app: App, record_id: int, now: datetime) -> None:
    """Tell of a record that was changed by itself."""
    _tell_of_record(session, caller, app, WebhookEvent.UPDATE_RECORD, record_id, now)


def status_updated(session: Session, caller: Caller, app: App, record_id: int, now: datetime) -> None:
    """Tell of a record that an action of the process moved on."""
    _tell_of_record(session, caller, app, WebhookEvent.UPDATE_STATUS, record_id, now)


def record_deleted(session: Session, caller: Caller, app: App, record_id: int, now: datetime) -> None:
    """Tell of a record that was deleted by itself."""
    listeners = find_listeners(session, caller, app, WebhookEvent.DELETE_RECORD)
    if listeners:
        put(session, app, listeners, payloads.deletion_payload(caller, app, record_id, now), record_id, now)


def comment_added(
    session: Session, caller: Caller, app: App, record_id: int, comment: JsonObject, now: datetime
) -> None:
    """Tell of a comment in REST shape: id, text, createdAt, creator, mentions."""
    listeners = find_listeners(session, caller, app, WebhookEvent.ADD_RECORD_COMMENT)
    if listeners:
        put(session, app, listeners, payloads.comment_payload(app, record_id, comment), record_id, now)


def _tell_of_record(
    session: Session, caller: Caller, app: App, event: WebhookEvent, record_id: int, now: datetime
) -> None:
    listeners = find_listeners(session, caller, app, event)
    if listeners:
        put(session, app, listeners, payloads.record_payload(session, app, event, record_id), record_id, now)
