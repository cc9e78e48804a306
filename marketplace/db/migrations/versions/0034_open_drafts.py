"""The open drafts of a municipality, counted at each upload, without going through all that it ever had."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.create_index("ix_drafts_municipality_code_state", "drafts", ["municipality_code", "state"])


def downgrade() -> None:
    op.drop_index("ix_drafts_municipality_code_state", "drafts")
