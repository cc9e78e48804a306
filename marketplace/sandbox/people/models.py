"""The table of who belongs to which group and organisation."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.sandbox.models import PrincipalKind


class PrincipalMember(Base):
    """One user in one group or organisation; the group everyone has no rows, since it holds all."""

    __tablename__ = "sandbox_principal_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site_id", "kind", "code"],
            ["sandbox_principals.site_id", "sandbox_principals.kind", "sandbox_principals.code"],
        ),
        ForeignKeyConstraint(["site_id", "user_code"], ["sandbox_users.site_id", "sandbox_users.code"]),
        Index("ix_sandbox_principal_members_user", "site_id", "user_code"),
    )
    site_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[PrincipalKind] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    user_code: Mapped[str] = mapped_column(primary_key=True)
