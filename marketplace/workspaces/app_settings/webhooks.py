"""The webhooks of an app: listing, adding, changing, deleting, trying out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError
from sqlalchemy import func, select

from marketplace.kernel.context import Context
from marketplace.kernel.outbound import OutboundError
from marketplace.sandbox.apps import lock_app
from marketplace.sandbox.webhooks import outbox
from marketplace.sandbox.webhooks.models import Delivery, Webhook, WebhookEvent
from marketplace.sandbox.webhooks.payloads import trial_payload
from marketplace.sandbox.webhooks.posting import JOB
from marketplace.workspaces.app_settings.access import ManagedApp, open_app
from marketplace.workspaces.app_settings.errors import WebhookLimitError, WebhookNotFoundError
from marketplace.workspaces.app_settings.inputs import WebhookInput
from marketplace.workspaces.app_settings.problems import PROBLEMS

MOST_WEBHOOKS = 10
SHOWN_DELIVERIES = 50


def list_webhooks(managed: ManagedApp) -> list[Webhook]:
    """Return the webhooks of an app, oldest first."""
    wanted = select(Webhook).where(Webhook.app_pk == managed.app.pk).order_by(Webhook.created_at, Webhook.id)
    return list(managed.ctx.session.scalars(wanted))


def get_webhook(managed: ManagedApp, webhook_id: str) -> Webhook:
    """Return a webhook of an app. Raises WebhookNotFoundError."""
    webhook = managed.ctx.session.get(Webhook, webhook_id) if webhook_id.isprintable() else None
    if webhook is None or webhook.app_pk != managed.app.pk:
        raise WebhookNotFoundError
    return webhook


def list_deliveries(managed: ManagedApp, webhook: Webhook) -> list[Delivery]:
    """Return the latest deliveries of a webhook, newest first."""
    return outbox.list_deliveries(managed.ctx.session, webhook, SHOWN_DELIVERIES)


def add_webhook(ctx: Context, workspace_id: str, app_id: int, data: Mapping[str, object]) -> Webhook:
    """Give an app one more webhook. Raises ValidationError or WebhookLimitError."""
    managed = open_app(ctx, workspace_id, app_id)
    given = _read(ctx, data)
    _require_room(managed)
    webhook = Webhook(app_pk=managed.app.pk, created_at=ctx.now(), **given)
    ctx.session.add(webhook)
    ctx.session.flush()  # the log refers to its id
    managed.log("webhook.added", f"webhook:{webhook.id}", **_facts(webhook))
    return webhook


def change_webhook(
    ctx: Context, workspace_id: str, app_id: int, webhook_id: str, data: Mapping[str, object]
) -> Webhook:
    """Replace what a webhook is; what waits in its outbox goes to the new address. Raises ValidationError."""
    managed = open_app(ctx, workspace_id, app_id)
    webhook = get_webhook(managed, webhook_id)
    for name, value in _read(ctx, data).items():
        setattr(webhook, name, value)
    ctx.session.flush()
    managed.log("webhook.changed", f"webhook:{webhook.id}", **_facts(webhook))
    return webhook


def delete_webhook(ctx: Context, workspace_id: str, app_id: int, webhook_id: str) -> None:
    """Delete a webhook with its deliveries, also those that were not sent yet. Raises WebhookNotFoundError."""
    managed = open_app(ctx, workspace_id, app_id)
    webhook = get_webhook(managed, webhook_id)
    ctx.session.delete(webhook)
    ctx.session.flush()
    managed.log("webhook.deleted", f"webhook:{webhook.id}", **_facts(webhook))


def send_test(ctx: Context, workspace_id: str, app_id: int, webhook_id: str) -> None:
    """Send a webhook a message that tells of nothing, also while it is switched off. Raises WebhookNotFoundError."""
    managed = open_app(ctx, workspace_id, app_id)
    webhook = get_webhook(managed, webhook_id)
    outbox.put(ctx.session, managed.app, [webhook], trial_payload(managed.app), None, ctx.now())
    managed.log("webhook.tested", f"webhook:{webhook.id}", **_facts(webhook))
    ctx.after_commit(lambda: ctx.ports.jobs.enqueue(JOB, managed.workspace.id))


def _read(ctx: Context, data: Mapping[str, object]) -> dict[str, Any]:
    given: dict[str, Any] = WebhookInput().load(dict(data))
    try:
        ctx.ports.outbound.check(given["url"])
    except OutboundError as error:
        raise ValidationError({"url": [PROBLEMS[error.problem]]}) from error
    given["events"] = [event.value for event in WebhookEvent if event.value in given["events"]]
    return given


def _require_room(managed: ManagedApp) -> None:
    session = managed.ctx.session
    lock_app(session, managed.app)
    there = session.scalar(select(func.count()).select_from(Webhook).where(Webhook.app_pk == managed.app.pk))
    if (there or 0) >= MOST_WEBHOOKS:
        raise WebhookLimitError(maximum=MOST_WEBHOOKS)


def _facts(webhook: Webhook) -> dict[str, object]:
    """Return what the log may tell: addresses of webhooks often carry a secret behind their host."""
    host = urlsplit(webhook.url).hostname or ""
    return {"host": host, "events": webhook.events, "active": webhook.active, "description": webhook.description}
