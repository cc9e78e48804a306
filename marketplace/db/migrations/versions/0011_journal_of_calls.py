"""Calls in the journal of imports, imports that wait or go on with another's apps, and what is uncertain of a step."""

from alembic import op
import sqlalchemy as sa

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENTS = ("not_before", "waiting_since")


def upgrade() -> None:
    op.create_table(
        "import_calls",
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("app_id", sa.String(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_calls_import_id_imports")),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_calls")),
    )
    # Not in a batch: that would make the table anew, and steps refer to it.
    for moment in MOMENTS:
        op.add_column("imports", sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "settled_leftovers",
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("continued_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_settled_leftovers_import_id_imports")),
        sa.ForeignKeyConstraint(
            ["continued_by"], ["imports.id"], name=op.f("fk_settled_leftovers_continued_by_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_settled_leftovers")),
        sa.UniqueConstraint("continued_by", name=op.f("uq_settled_leftovers_continued_by")),
    )
    op.add_column("import_steps", sa.Column("is_uncertain", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE import_steps SET is_uncertain = true WHERE attempts > 0 AND state <> 'done'")


def downgrade() -> None:
    op.drop_column("import_steps", "is_uncertain")
    op.drop_table("settled_leftovers")
    for moment in MOMENTS:
        op.drop_column("imports", moment)
    op.drop_table("import_calls")
