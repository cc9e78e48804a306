"""Tables of the built-in workspace."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime
from marketplace.kernel.ids import new_id

# SQLite only counts up by itself in a column declared INTEGER.
CountingId = BigInteger().with_variant(Integer(), "sqlite")

# Both databases order texts by code point, whatever the locale of the server.
CodePointText = Text().with_variant(Text(collation="C"), "postgresql")


class Stage(StrEnum):
    """Settings under preparation, or in use."""

    PREVIEW = "preview"
    LIVE = "live"


class Part(StrEnum):
    """The groups of an app's settings, each one JSON document in the shape of its REST response."""

    SETTINGS = "settings"
    FIELDS = "fields"
    LAYOUT = "layout"
    VIEWS = "views"
    STATUS = "status"
    APP_ACL = "app_acl"
    RECORD_ACL = "record_acl"
    FIELD_ACL = "field_acl"
    REPORTS = "reports"
    NOTIFICATIONS_GENERAL = "notifications_general"
    NOTIFICATIONS_PER_RECORD = "notifications_per_record"
    NOTIFICATIONS_REMINDER = "notifications_reminder"
    CUSTOMIZE = "customize"
    PLUGINS = "plugins"
    ACTIONS = "actions"
    ADMIN_NOTES = "admin_notes"


class DeployStatus(StrEnum):
    """How the latest deploy of an app ended; an app never deployed counts as SUCCESS, as on kintone."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    CANCEL = "CANCEL"


class PrincipalKind(StrEnum):
    """Those who may appear in permissions, assignees and selection fields beside users."""

    GROUP = "GROUP"
    ORGANIZATION = "ORGANIZATION"


class Site(Base):
    """One built-in workspace; its id is the workspace's id and the segment in /w/<id>/."""

    __tablename__ = "sandbox_sites"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="ja")
    timezone: Mapped[str] = mapped_column(default="Asia/Tokyo")
    last_app_id: Mapped[int] = mapped_column(default=0)
    last_item_id: Mapped[int] = mapped_column(default=0)
    """Views, reports and actions are numbered over all apps of a site."""
    last_space_id: Mapped[int] = mapped_column(default=0)
    last_thread_id: Mapped[int] = mapped_column(default=0)
    """Threads are numbered over all spaces of a site."""
    last_thread_comment_id: Mapped[int] = mapped_column(default=0)
    limits: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    """What kernel.limits.SiteLimits writes; what is missing has its standard value."""
    file_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    """What the files take, also those not attached yet."""
    sealed: Mapped[bool] = mapped_column(default=False)
    """True for try-outs and closed workspaces: only the service itself may call the REST API, and nothing may leave."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SiteUser(Base):
    """A login of one site; its password is generated, so its SHA-256 is kept."""

    __tablename__ = "sandbox_users"
    __table_args__ = (UniqueConstraint("site_id", "person_id"),)
    site_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sites.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    is_admin: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None]
    """None follows Accept-Language, as kintone's setting "follow the browser" does."""
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """A disabled user keeps the name in records, but neither calls the site nor is chosen."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    """The member of the workspace's municipality who acts as this user; None for a login of the site alone."""
    primary_organization: Mapped[str | None]


class Principal(Base):
    """A group or an organisation of one site; GROUP everyone exists in each."""

    __tablename__ = "sandbox_principals"
    site_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sites.id"), primary_key=True)
    kind: Mapped[PrincipalKind] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_code: Mapped[str | None]
    """The organisation above an organisation; None at the top, and for groups."""


class App(Base):
    """One app; `pk` is ours, `app_id` is its number within the site."""

    __tablename__ = "sandbox_apps"
    __table_args__ = (UniqueConstraint("site_id", "app_id"),)
    pk: Mapped[int] = mapped_column(CountingId, primary_key=True, autoincrement=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sites.id"))
    app_id: Mapped[int]
    code: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    """The live name; before the first deploy the name given at creation."""
    space_id: Mapped[int | None]
    thread_id: Mapped[int | None]
    preview_revision: Mapped[int] = mapped_column(default=1)
    live_revision: Mapped[int | None]
    """None until the first deploy."""
    deploy_status: Mapped[DeployStatus] = mapped_column(default=DeployStatus.SUCCESS)
    deploy_error: Mapped[dict[str, str] | None] = mapped_column(Json)
    """Why the latest deploy failed, for people, by language."""
    last_field_id: Mapped[int] = mapped_column(default=0)
    """Options and states are numbered with the fields, so that renaming one is no deletion."""
    last_record_id: Mapped[int] = mapped_column(default=0)
    last_row_id: Mapped[int] = mapped_column(default=0)
    """Table rows are numbered over all records of an app."""
    record_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    creator: Mapped[str]
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modifier: Mapped[str]
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the app went with its space; nothing finds it any more."""


class AppSettings(Base):
    """One part of an app's settings at one stage.

    In the part `fields` each property, also those inside tables, carries our own key `$id`: the number of
    the field, which survives renaming. Records refer to fields by it. Options and, in the part `status`, states
    carry one as well, by which a deploy tells a renamed one from a new one. Answers never show it.
    """

    __tablename__ = "sandbox_app_settings"
    app_pk: Mapped[int] = mapped_column(ForeignKey("sandbox_apps.pk"), primary_key=True)
    stage: Mapped[Stage] = mapped_column(primary_key=True)
    part: Mapped[Part] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(Json)


class AppToken(Base):
    """An API token of one app; `permissions` lists view, add, edit, delete, admin."""

    __tablename__ = "sandbox_app_tokens"
    hash: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True, default=new_id)
    """Names the token where its hash should not be shown."""
    app_pk: Mapped[int] = mapped_column(ForeignKey("sandbox_apps.pk"))
    name: Mapped[str] = mapped_column(default="")
    permissions: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """True to about a minute."""


class Record(Base):
    """One record; `values` maps field numbers (as strings) to stored values.

    Stored values: text, choice, DATE, TIME, DATETIME, NUMBER, CALC: string or null; CHECK_BOX, MULTI_SELECT:
    list of strings; USER/ORGANIZATION/GROUP_SELECT: list of codes; FILE: list of stored file keys;
    SUBTABLE: list of {"id": row number, "value": {field number: stored value}}.
    """

    __tablename__ = "sandbox_records"
    __table_args__ = (
        Index("ix_sandbox_records_status", "app_pk", "status", "record_id"),
        Index("ix_sandbox_records_created", "app_pk", "created_at", "record_id"),
        Index("ix_sandbox_records_updated", "app_pk", "updated_at", "record_id"),
    )
    app_pk: Mapped[int] = mapped_column(ForeignKey("sandbox_apps.pk"), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(default=1)
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    status: Mapped[str | None]
    assignees: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    creator: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modifier: Mapped[str]
    last_comment_id: Mapped[int] = mapped_column(default=0)


class Cell(Base):
    """One searchable value of a record, so that conditions and orders on any field use an index on both databases."""

    __tablename__ = "sandbox_cells"
    __table_args__ = (
        ForeignKeyConstraint(
            ["app_pk", "record_id"], ["sandbox_records.app_pk", "sandbox_records.record_id"], ondelete="CASCADE"
        ),
        Index("ix_sandbox_cells_text", "app_pk", "field_id", "text", "record_id"),
        Index("ix_sandbox_cells_number", "app_pk", "field_id", "number", "record_id"),
    )
    app_pk: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    """Position of the table row; 0 outside tables."""
    item: Mapped[int] = mapped_column(primary_key=True)
    """Position within a list of options or users; 0 otherwise."""
    text: Mapped[str | None] = mapped_column(CodePointText)
    """What equality and order compare; of a text over 255 characters its beginning and its digest."""
    number: Mapped[float | None]
    folded: Mapped[str | None]
    """The whole text as `like` compares it: NFKC, case folded."""


class StoredFile(Base):
    """A file of a site: first under an upload key, then under the key that records and settings show."""

    __tablename__ = "sandbox_files"
    __table_args__ = (Index("ix_sandbox_files_waiting", "attached", "created_at"),)
    key: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sites.id"), index=True)
    attached: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
