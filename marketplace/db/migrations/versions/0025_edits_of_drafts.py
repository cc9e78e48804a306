"""What was changed in drafts after their upload, by whom, and what that brought."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "draft_edits",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("replaced", sa.String(), nullable=False),
        sa.Column("brought", JSON, nullable=False),
        sa.Column("was_cut_off", sa.Boolean(), nullable=False),
        sa.Column("edited_by", sa.String(), nullable=True),
        sa.Column("edited_by_name", sa.String(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_draft_edits_draft_id_drafts")),
        sa.PrimaryKeyConstraint("draft_id", "position", name=op.f("pk_draft_edits")),
    )


def downgrade() -> None:
    op.drop_table("draft_edits")
