"""The search index is made anew in steps: how far the fresh one is filled."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_revisions", sa.Column("with_texts", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("search_state", sa.Column("fresh_analysis", sa.Integer(), nullable=True))
    op.add_column("search_state", sa.Column("fresh_filled", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("search_revisions", "with_texts")
    op.execute("DROP TABLE IF EXISTS search_index_fresh")
    op.drop_column("search_state", "fresh_filled")
    op.drop_column("search_state", "fresh_analysis")
