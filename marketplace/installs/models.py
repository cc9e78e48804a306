"""Tables of imports, their journal, and installations."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime
from marketplace.kernel.ids import new_id


class ImportState(StrEnum):
    """How an import stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportMode(StrEnum):
    """Who makes the calls of an import."""

    PUSH = "push"
    """A worker of this service."""
    PULL = "pull"
    """Somebody at the workspace's side, who asks for each call and reports what came of it (installs/pulling)."""
    CARRY = "carry"
    """Somebody at the workspace's side with a signed package, who reports at the end (installs/offline)."""


UNDER_WAY = (ImportState.QUEUED, ImportState.RUNNING)


class StepState(StrEnum):
    """How a step stands; `running` may also mean that the worker died in the middle of it."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class StepKind(StrEnum):
    """The kinds of acts an import is made of."""

    TAKE_OVER = "take_over"
    CREATE_APP = "create_app"
    ADD_FIELDS = "add_fields"
    DEPLOY = "deploy"
    SETTINGS = "settings"
    LAYOUT = "layout"
    PROCESS = "process"
    VIEWS = "views"
    REPORTS = "reports"
    NOTIFICATIONS = "notifications"
    ACTIONS = "actions"
    PLUGINS = "plugins"
    CUSTOMIZE = "customize"
    ADMIN_NOTES = "admin_notes"
    PERMISSIONS = "permissions"
    RECORDS = "records"
    STATUSES = "statuses"
    VERIFY = "verify"


class Installation(Base):
    """A template placed in a workspace."""

    __tablename__ = "installations"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), index=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), index=True)
    template_id: Mapped[str] = mapped_column(ForeignKey("templates.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("template_versions.id"))
    app_ids: Mapped[dict[str, str]] = mapped_column(Json)
    """The id in the workspace by the key in the bundle."""
    app_names: Mapped[dict[str, str]] = mapped_column(Json)
    """The name at the time of installing by the key in the bundle."""
    installed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Import(Base):
    """One run of installing a version into a workspace."""

    __tablename__ = "imports"
    __table_args__ = (
        Index(
            "uq_imports_under_way",
            "workspace_id",
            "template_id",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_imports_state_lease_until", "state", "lease_until"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), index=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    template_id: Mapped[str] = mapped_column(ForeignKey("templates.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("template_versions.id"))
    installation_id: Mapped[str | None] = mapped_column(ForeignKey("installations.id"))
    state: Mapped[ImportState] = mapped_column(default=ImportState.QUEUED)
    mode: Mapped[ImportMode] = mapped_column(default=ImportMode.PUSH, server_default=ImportMode.PUSH.value)
    with_sample_records: Mapped[bool]
    placeholders: Mapped[dict[str, str]] = mapped_column(Json)
    """The code in the workspace by the key of the placeholder; what is missing is dropped where it stands."""
    target: Mapped[dict[str, str] | None] = mapped_column(Json)
    """What installs.target.Target writes: the space that the apps go into; None for none."""
    app_names: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """The names asked for instead of the template's, by the key in the bundle."""
    localise: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """The options asked for instead of the template's: app, field, options."""
    started_by: Mapped[str | None]
    """Code of the user of the workspace who asked for it, whose apps they become; None when a token did."""
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What installs.failures.Failure writes; None unless the import failed, or waits to try again."""
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when the import is set aside, because the workspace can't take its calls for the moment."""
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was set aside for the first time since its last step that was done."""
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SettledLeftovers(Base):
    """The apps that an import left behind, once they are nobody's concern any more."""

    __tablename__ = "settled_leftovers"
    import_id: Mapped[str] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    continued_by: Mapped[str | None] = mapped_column(ForeignKey("imports.id"), unique=True)
    """The import that took over apps and journal; None where a person has dealt with the apps."""
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CallEntry(Base):
    """One call that a step made: what was asked of which app and what was answered, without any content."""

    __tablename__ = "import_calls"
    import_id: Mapped[str] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    """Of the step."""
    attempt: Mapped[int]
    """Which go at the step made the call, from 1."""
    method: Mapped[str]
    path: Mapped[str]
    """Without parameters."""
    app_id: Mapped[str | None]
    status: Mapped[int | None]
    """None where no answer came."""
    code: Mapped[str]
    """kintone's code of a refusal, or ours where no answer came; empty for a success."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Step(Base):
    """One act of an import: what is intended, written before its calls, and what came of it."""

    __tablename__ = "import_steps"
    import_id: Mapped[str] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[StepKind]
    app_key: Mapped[str | None]
    """None for acts on several apps at once."""
    app_name: Mapped[str]
    """The name of the app for people; empty for acts on several apps."""
    state: Mapped[StepState] = mapped_column(default=StepState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often the act was begun."""
    is_uncertain: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether an earlier try may have changed something, so that the next one first looks what is there."""
    intent: Mapped[dict[str, Any]] = mapped_column(Json)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(Json)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
