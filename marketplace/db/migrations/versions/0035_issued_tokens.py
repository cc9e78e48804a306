"""Who issued a token, asked at each upload with one, without going through all that a municipality ever did."""

from alembic import op
from sqlalchemy import text

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
phase = "expand"

ISSUES = text("act = 'token.issued'")


def upgrade() -> None:
    op.create_index("ix_audit_events_issues", "audit_events", ["subject_id"], sqlite_where=ISSUES, postgresql_where=ISSUES)


def downgrade() -> None:
    op.drop_index("ix_audit_events_issues", "audit_events")
