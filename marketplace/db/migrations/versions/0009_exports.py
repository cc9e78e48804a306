"""Exports: apps of a workspace on their way to a draft."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "succeeded",
                "failed",
                "cancelled",
                name="exportstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("slug", sa.String(), nullable=True),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("order", JSON, nullable=False),
        sa.Column("progress", JSON, nullable=False),
        sa.Column("report", JSON, nullable=True),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("error", JSON, nullable=True),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("reads_as", sa.String(), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_exports_draft_id_drafts")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_exports_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_exports_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_state_lease_until"), "exports", ["state", "lease_until"], unique=False)
    op.create_index(op.f("ix_exports_workspace_id"), "exports", ["workspace_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_exports_workspace_id"), table_name="exports")
    op.drop_index(op.f("ix_exports_state_lease_until"), table_name="exports")
    op.drop_table("exports")
