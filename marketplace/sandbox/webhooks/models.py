"""Tables of webhooks and of what they are sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime
from marketplace.kernel.ids import new_id


class WebhookEvent(StrEnum):
    """What a webhook can hear of, in kintone's words."""

    ADD_RECORD = "ADD_RECORD"
    UPDATE_RECORD = "UPDATE_RECORD"
    DELETE_RECORD = "DELETE_RECORD"
    UPDATE_STATUS = "UPDATE_STATUS"
    ADD_RECORD_COMMENT = "ADD_RECORD_COMMENT"


TEST = "TEST"
"""The event of a message that somebody asks for to see whether the receiver answers; kintone has none."""


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class Webhook(Base):
    """An address of one app that hears of events."""

    __tablename__ = "sandbox_webhooks"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    app_pk: Mapped[int] = mapped_column(ForeignKey("sandbox_apps.pk"), index=True)
    url: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    events: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One message to one webhook; a row in state DROPPED stands for all that were one too many in a minute."""

    __tablename__ = "sandbox_webhook_deliveries"
    __table_args__ = (
        Index("ix_sandbox_webhook_deliveries_due", "state", "due_at"),
        Index("ix_sandbox_webhook_deliveries_site", "site_id", "created_at"),
        Index("ix_sandbox_webhook_deliveries_webhook", "webhook_id", "created_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("sandbox_webhooks.id", ondelete="CASCADE"))
    site_id: Mapped[str]
    event: Mapped[str]
    record_id: Mapped[int | None]
    payload: Mapped[str | None] = mapped_column(Text)
    """The message as JSON, without the host in its `url`; forgotten when the delivery has ended."""
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    dropped: Mapped[int] = mapped_column(default=0)
    """How many messages a row in state DROPPED stands for."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the next attempt is due; while one is under way, when its worker counts as dead."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    """What the receiver answered to the latest attempt."""
    error: Mapped[str | None]
    """Why the latest attempt brought no answer: an OutboundProblem, or INTERRUPTED."""
