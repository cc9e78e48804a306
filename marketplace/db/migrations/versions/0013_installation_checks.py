"""Checks of installations: whether they are still what the template says."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "installation_checks",
        sa.Column("installation_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("queued", "running", "done", "failed", name="checkstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", JSON, nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installations.id"],
            name=op.f("fk_installation_checks_installation_id_installations"),
        ),
        sa.PrimaryKeyConstraint("installation_id", name=op.f("pk_installation_checks")),
    )
    op.create_index(
        op.f("ix_installation_checks_state_lease_until"), "installation_checks", ["state", "lease_until"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_installation_checks_state_lease_until"), table_name="installation_checks")
    op.drop_table("installation_checks")
