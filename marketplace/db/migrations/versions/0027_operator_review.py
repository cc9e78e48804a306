"""The operator: releases that wait for a review, what is hidden or withdrawn, reports of wanted apps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DECISIONS = sa.Enum("released", "turned-back", "taken-back", name="holddecision", native_enum=False, length=40)
HIDEABLE = ("reviews", "stories", "wanted_apps", "wanted_answers")


def upgrade() -> None:
    op.create_table(
        "draft_holds",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("finding_ids", JSON, nullable=False),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("asked_by_name", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decision", DECISIONS, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_draft_holds_draft_id_drafts")),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_draft_holds")),
    )
    op.create_index("ix_draft_holds_decided_at_asked_at", "draft_holds", ["decided_at", "asked_at"])
    op.add_column(
        "template_versions",
        sa.Column("withdrawn_by_operator", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    for table in HIDEABLE:
        op.add_column(table, sa.Column("hidden_at", MOMENT, nullable=True))
        op.add_column(table, sa.Column("hidden_reason", sa.String(), nullable=True))
    op.add_column("reports", sa.Column("wanted_id", sa.String(), nullable=True))
    _rank_by_verification()


def _rank_by_verification() -> None:
    """Note in the index which templates are of publishers that are not verified."""
    entries = sa.table("search_entries", sa.column("subject_id", sa.String()), sa.column("figures", JSON))
    unverified = sa.text(
        "SELECT templates.id FROM templates JOIN municipalities ON municipalities.code = templates.publisher_code "
        "WHERE municipalities.verified_at IS NULL AND municipalities.code <> 'yokoten'"
    )
    connection = op.get_bind()
    for (template_id,) in connection.execute(unverified).all():
        own = entries.c.subject_id == template_id
        figures = connection.execute(sa.select(entries.c.figures).where(own)).scalar()
        if figures is not None:
            connection.execute(entries.update().where(own).values(figures={**figures, "unverified": 1}))
    # It would bring back the figures of before; without it all entries are read.
    op.execute("DELETE FROM search_snapshots")


def downgrade() -> None:
    # The version before knows no draft that waits.
    op.execute("UPDATE drafts SET state = 'open' WHERE state = 'held'")
    op.execute("DELETE FROM reports WHERE kind IN ('wanted-app', 'wanted-answer')")
    op.drop_column("reports", "wanted_id")
    for table in HIDEABLE:
        op.drop_column(table, "hidden_reason")
        op.drop_column(table, "hidden_at")
    op.drop_column("template_versions", "withdrawn_by_operator")
    op.drop_table("draft_holds")
