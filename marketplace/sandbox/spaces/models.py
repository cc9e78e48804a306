"""Tables of spaces, their members, threads and guests."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime


class AppCreators(StrEnum):
    """Who may add apps to a space."""

    EVERYONE = "EVERYONE"
    ADMIN = "ADMIN"


def _in_space() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["site_id", "space_id"], ["sandbox_spaces.site_id", "sandbox_spaces.space_id"], ondelete="CASCADE"
    )


class Space(Base):
    """One space; its number is that of the site, and never given twice."""

    __tablename__ = "sandbox_spaces"
    site_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sites.id"), primary_key=True)
    space_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    """Harmless HTML: what could run was removed before it was stored."""
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_private: Mapped[bool] = mapped_column(default=False)
    fixed_member: Mapped[bool] = mapped_column(default=False)
    use_multi_thread: Mapped[bool] = mapped_column(default=False)
    shown: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Which of its panels the space shows, by the name of the panel's setting."""
    app_creators: Mapped[AppCreators] = mapped_column(default=AppCreators.EVERYONE)
    default_thread: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    creator: Mapped[str]
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    modifier: Mapped[str]


class SpaceMember(Base):
    """A user, a group or an organisation in a space."""

    __tablename__ = "sandbox_space_members"
    __table_args__ = (_in_space(),)
    site_id: Mapped[str] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    is_admin: Mapped[bool] = mapped_column(default=False)
    include_subs: Mapped[bool] = mapped_column(default=False)


class Thread(Base):
    """One thread of a space."""

    __tablename__ = "sandbox_threads"
    __table_args__ = (_in_space(), Index("ix_sandbox_threads_space", "site_id", "space_id"))
    site_id: Mapped[str] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    space_id: Mapped[int]
    name: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    """Harmless HTML, as the body of a space."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    creator: Mapped[str]


class ThreadComment(Base):
    """A comment in a thread; `mentions` and `files` hold what the REST API was sent, less what is not kept."""

    __tablename__ = "sandbox_thread_comments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site_id", "thread_id"], ["sandbox_threads.site_id", "sandbox_threads.thread_id"], ondelete="CASCADE"
        ),
        Index("ix_sandbox_thread_comments_thread", "site_id", "thread_id"),
    )
    site_id: Mapped[str] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    thread_id: Mapped[int]
    text: Mapped[str]
    mentions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    files: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    creator: Mapped[str]


class Guest(Base):
    """Somebody from outside, known by a mail address. Guests can't sign in, so no password is kept."""

    __tablename__ = "sandbox_guests"
    site_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sites.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    profile: Mapped[dict[str, Any]] = mapped_column(Json)
    """The optional attributes of the REST API that were given."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SpaceGuest(Base):
    """A guest in a guest space."""

    __tablename__ = "sandbox_space_guests"
    __table_args__ = (
        _in_space(),
        ForeignKeyConstraint(
            ["site_id", "code"], ["sandbox_guests.site_id", "sandbox_guests.code"], ondelete="CASCADE"
        ),
    )
    site_id: Mapped[str] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
