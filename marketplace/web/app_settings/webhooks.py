"""The webhooks of an app, and what became of their deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request
from werkzeug.datastructures import MultiDict

from marketplace.edge.attempt import attempt
from marketplace.kernel.text import Text
from marketplace.sandbox.webhooks.models import Delivery, DeliveryState, Webhook, WebhookEvent
from marketplace.sandbox.webhooks.outbox import MOST_ATTEMPTS, MOST_IN_A_MINUTE
from marketplace.web.app_settings.frame import frame_of, manage, pages, settings_address
from marketplace.web.app_settings.words import DELIVERY_STATES, EVENTS
from marketplace.web.forms import FormState, refused
from marketplace.workspaces.app_settings import webhooks
from marketplace.workspaces.app_settings.problems import PROBLEMS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.workspaces.app_settings.access import ManagedApp


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """One webhook in the list."""

    address: str
    url: str
    description: str
    active: bool
    events: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery in the list."""

    created_at: datetime
    event: Text
    record_id: int | None
    state: tuple[Text, str, str]
    attempts: int
    dropped: int
    next_at: datetime | None
    status: int | None
    problem: Text | None


@pages.get("/w/<workspace_id>/k/<int:app_id>/settings/webhooks")
def list_webhooks(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """List the webhooks."""
    new = FormState(MultiDict([("active", "yes"), ("events", WebhookEvent.ADD_RECORD.value)]))
    return _render_list(manage(workspace_id, app_id), new)


@pages.post("/w/<workspace_id>/k/<int:app_id>/settings/webhooks")
def add_webhook(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Add a webhook."""
    managed = manage(workspace_id, app_id)
    with attempt() as tried:
        webhook = webhooks.add_webhook(managed.ctx, workspace_id, app_id, _entered())
        return redirect(webhook_address(managed, webhook.id), 303)
    form = refused(tried.error, request.form)
    return _render_list(managed, form), form.status


@pages.get("/w/<workspace_id>/k/<int:app_id>/settings/webhooks/<webhook_id>")
def show_webhook(workspace_id: str, app_id: int, webhook_id: str) -> ResponseReturnValue:
    """Show a webhook with its latest deliveries."""
    managed = manage(workspace_id, app_id)
    webhook = webhooks.get_webhook(managed, webhook_id)
    return _render_one(managed, webhook, _form_of(webhook))


@pages.post("/w/<workspace_id>/k/<int:app_id>/settings/webhooks/<webhook_id>")
def change_webhook(workspace_id: str, app_id: int, webhook_id: str) -> ResponseReturnValue:
    """Change a webhook."""
    managed = manage(workspace_id, app_id)
    with attempt() as tried:
        webhooks.change_webhook(managed.ctx, workspace_id, app_id, webhook_id, _entered())
        return redirect(webhook_address(managed, webhook_id), 303)
    form = refused(tried.error, request.form)
    return _render_one(managed, webhooks.get_webhook(managed, webhook_id), form), form.status


@pages.post("/w/<workspace_id>/k/<int:app_id>/settings/webhooks/<webhook_id>/delete")
def delete_webhook(workspace_id: str, app_id: int, webhook_id: str) -> ResponseReturnValue:
    """Delete a webhook."""
    managed = manage(workspace_id, app_id)
    webhooks.delete_webhook(managed.ctx, workspace_id, app_id, webhook_id)
    return redirect(f"{settings_address(workspace_id, app_id)}/webhooks", 303)


@pages.post("/w/<workspace_id>/k/<int:app_id>/settings/webhooks/<webhook_id>/test")
def send_test(workspace_id: str, app_id: int, webhook_id: str) -> ResponseReturnValue:
    """Send a webhook a test."""
    managed = manage(workspace_id, app_id)
    webhooks.send_test(managed.ctx, workspace_id, app_id, webhook_id)
    return redirect(f"{webhook_address(managed, webhook_id)}#deliveries", 303)


def webhook_address(managed: ManagedApp, webhook_id: str) -> str:
    """Return the address of a webhook's page."""
    return f"{settings_address(managed.workspace.id, managed.app.app_id)}/webhooks/{webhook_id}"


def _entered() -> dict[str, object]:
    return {
        "url": request.form.get("url", ""),
        "description": request.form.get("description", ""),
        "active": request.form.get("active") == "yes",
        "events": request.form.getlist("events"),
    }


def _form_of(webhook: Webhook) -> FormState:
    active = [("active", "yes")] if webhook.active else []
    values = [("url", webhook.url), ("description", webhook.description), *active]
    return FormState(MultiDict([*values, *(("events", event) for event in webhook.events)]))


def _render_list(managed: ManagedApp, form: FormState) -> str:
    rows = [
        WebhookRow(
            webhook_address(managed, webhook.id),
            webhook.url,
            webhook.description,
            webhook.active,
            tuple(EVENTS[event] for event in webhook.events),
        )
        for webhook in webhooks.list_webhooks(managed)
    ]
    return render_template(
        "app_settings/webhooks.html",
        frame=frame_of(managed),
        form=form,
        webhooks=rows,
        events=_choices(),
        most=webhooks.MOST_WEBHOOKS,
        most_in_a_minute=MOST_IN_A_MINUTE,
        most_attempts=MOST_ATTEMPTS,
    )


def _render_one(managed: ManagedApp, webhook: Webhook, form: FormState) -> str:
    return render_template(
        "app_settings/webhook.html",
        frame=frame_of(managed),
        form=form,
        url=webhook.url,
        address=webhook_address(managed, webhook.id),
        events=_choices(),
        deliveries=[_delivery(each) for each in webhooks.list_deliveries(managed, webhook)],
    )


def _choices() -> list[tuple[str, Text]]:
    return [(event.value, EVENTS[event]) for event in WebhookEvent]


def _delivery(delivery: Delivery) -> DeliveryRow:
    waits = delivery.state is DeliveryState.PENDING
    # Its note is made before each attempt, so that it is there if the worker dies.
    problem = None if delivery.error is None else PROBLEMS.get(delivery.error)
    return DeliveryRow(
        created_at=delivery.created_at,
        event=EVENTS.get(delivery.event, Text(delivery.event, delivery.event)),
        record_id=delivery.record_id,
        state=DELIVERY_STATES[delivery.state],
        attempts=delivery.attempts,
        dropped=delivery.dropped,
        next_at=delivery.due_at if waits and delivery.attempts else None,
        status=delivery.status,
        problem=problem,
    )
