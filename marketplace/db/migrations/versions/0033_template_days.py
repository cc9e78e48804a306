"""How often templates are looked at and fetched, by day."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.create_table(
        "template_days",
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("template_id", "day", name=op.f("pk_template_days")),
    )
    op.create_index("ix_template_days_day", "template_days", ["day"])
    op.create_table(
        "counting_rounds",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counting_rounds")),
    )


def downgrade() -> None:
    op.drop_table("counting_rounds")
    op.drop_table("template_days")
