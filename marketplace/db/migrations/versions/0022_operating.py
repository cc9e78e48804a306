"""Operating: which municipalities are verified, when the housekeeping was last done, what people reported."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KINDS = sa.Enum("template", "review", "story", name="reportedkind", native_enum=False, length=40)
REASONS = sa.Enum(
    "personal-data",
    "unlawful",
    "rights",
    "misleading",
    "harmful",
    "other",
    name="reportreason",
    native_enum=False,
    length=40,
)
OUTCOMES = sa.Enum("nothing", "contacted", "removed", name="reportoutcome", native_enum=False, length=40)


def upgrade() -> None:
    op.add_column("municipalities", sa.Column("verified_at", MOMENT, nullable=True))
    op.add_column("municipalities", sa.Column("verified_by", sa.String(), nullable=True))
    op.create_table(
        "housekeeping_rounds",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("failed_parts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_housekeeping_rounds")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("publisher_code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("reason", REASONS, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("outcome", OUTCOMES, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["reported_by"], ["people.id"], name=op.f("fk_reports_reported_by_people")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_reports_municipality_code_municipalities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_settled_at_created_at", "reports", ["settled_at", "created_at"])
    op.create_index("ix_reports_reported_by_created_at", "reports", ["reported_by", "created_at"])


def downgrade() -> None:
    op.drop_table("reports")
    op.drop_table("housekeeping_rounds")
    op.drop_column("municipalities", "verified_by")
    op.drop_column("municipalities", "verified_at")
