"""Search columns in one packed row, so that a process that begins needs not read all; lookups as a function."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_snapshots",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION search_numbers (asked tsquery) RETURNS bytea LANGUAGE plpgsql STABLE STRICT"
            " SET enable_seqscan = off AS $$ BEGIN RETURN (SELECT string_agg(int4send(number), CAST('' AS bytea))"
            " FROM search_index WHERE terms @@ asked); END $$"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_numbers")
    op.drop_table("search_snapshots")
