"""The index of the catalog as files: what it says, and how far it is written."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "indexed_templates",
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("is_due", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("template_id", name=op.f("pk_indexed_templates")),
    )
    op.create_index("ix_indexed_templates_is_due", "indexed_templates", ["is_due"])
    op.create_index("ix_indexed_templates_number", "indexed_templates", ["number"])
    op.create_table(
        "index_changes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_index_changes")),
    )
    op.create_table(
        "index_segments",
        sa.Column("last", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("last", name=op.f("pk_index_segments")),
    )
    op.create_table(
        "index_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("history", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(), nullable=True),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_state")),
    )
    op.execute("INSERT INTO indexed_templates (template_id, is_due) SELECT id, true FROM templates")


def downgrade() -> None:
    for table in ("index_state", "index_segments", "index_changes", "indexed_templates"):
        op.drop_table(table)
