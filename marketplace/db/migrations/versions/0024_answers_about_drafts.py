"""What people answered to findings of drafts, who answers for a draft, and by which rules it was scanned."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = sa.Enum("fictitious", "meant", name="answerkind", native_enum=False, length=40)


def upgrade() -> None:
    op.add_column("drafts", sa.Column("author_id", sa.String(), nullable=True))
    op.add_column("drafts", sa.Column("scan_rules", sa.Integer(), nullable=True))
    op.add_column("drafts", sa.Column("unanswered", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "finding_answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("answer", KINDS, nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_by_name", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_finding_answers_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_finding_answers_draft_id_drafts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_answers")),
        sa.UniqueConstraint(
            "municipality_code",
            "slug",
            "finding_id",
            "answered_by",
            name=op.f("uq_finding_answers_one_per_person"),
        ),
    )


def downgrade() -> None:
    op.drop_table("finding_answers")
    op.drop_column("drafts", "unanswered")
    op.drop_column("drafts", "scan_rules")
    op.drop_column("drafts", "author_id")
