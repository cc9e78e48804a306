"""The messages that webhooks receive, in kintone's shapes; `url` gets its host when the message is sent."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import JsonObject, live_form
from marketplace.sandbox.models import App
from marketplace.sandbox.records.reading import load_record
from marketplace.sandbox.records.rendering import render_records
from marketplace.sandbox.records.titles import record_title
from marketplace.sandbox.webhooks.models import TEST, WebhookEvent


def record_payload(session: Session, app: App, event: WebhookEvent, record_id: int) -> JsonObject:
    """Return the message about a record that was added, changed or moved on, with the whole record as it is now."""
    record = render_records(session, live_form(session, app), [load_record(session, app, record_id)])[0]
    return {
        "type": event.value,
        "app": _app(app),
        "record": record,
        "recordTitle": record_title(session, app, record),
        "url": _record_path(app, record_id),
    }


def deletion_payload(caller: Caller, app: App, record_id: int, now: datetime) -> JsonObject:
    """Return the message about a record that is gone: its number, and who deleted it."""
    return {
        "type": WebhookEvent.DELETE_RECORD.value,
        "app": _app(app),
        "recordId": str(record_id),
        "deletedBy": {"code": caller.code, "name": caller.name},
        "deletedAt": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def comment_payload(app: App, record_id: int, comment: JsonObject) -> JsonObject:
    """Return the message about a comment, which is given in REST shape."""
    return {
        "type": WebhookEvent.ADD_RECORD_COMMENT.value,
        "app": _app(app),
        "recordId": str(record_id),
        "comment": comment,
        "url": f"{_record_path(app, record_id)}&comment={comment['id']}",
    }


def trial_payload(app: App) -> JsonObject:
    """Return the message of a test."""
    return {"type": TEST, "app": _app(app), "url": f"/k/{app.app_id}/"}


def _app(app: App) -> JsonObject:
    return {"id": str(app.app_id), "name": app.name}


def _record_path(app: App, record_id: int) -> str:
    return f"/k/{app.app_id}/show#record={record_id}"
