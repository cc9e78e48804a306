"""Search by terms and columns: the index is made anew, and filled from the bundles when the service starts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.execute("DROP TABLE search_index")
    op.drop_table("search_entries")
    op.create_table(
        "search_entries",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("texts", JSON, nullable=False),
        sa.Column("facets", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("subject_id", name=op.f("uq_search_entries_subject_id")),
    )
    op.create_index(op.f("ix_search_entries_revision"), "search_entries", ["revision"], unique=False)
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("analysis", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    op.create_table(
        "search_revisions",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_search_revisions")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE search_index (number integer PRIMARY KEY, terms tsvector NOT NULL)")
        op.execute("ALTER TABLE search_index ALTER COLUMN terms SET STATISTICS 0")
        op.execute("CREATE INDEX search_index_terms ON search_index USING gin (terms) WITH (fastupdate = off)")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE search_index"
            " USING fts5(terms, tokenize='ascii', content='', detail=none, columnsize=0)"
        )
    op.drop_index(op.f("ix_template_departments_name"), table_name="template_departments")
    op.drop_table("template_departments")
    with op.batch_alter_table("templates") as batch_op:
        batch_op.drop_index("ix_templates_popularity")
        batch_op.drop_column("popularity")


def downgrade() -> None:
    with op.batch_alter_table("templates") as batch_op:
        batch_op.add_column(sa.Column("popularity", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index("ix_templates_popularity", ["popularity", "id"], unique=False)
    op.create_table(
        "template_departments",
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["templates.id"], name=op.f("fk_template_departments_template_id_templates")
        ),
        sa.PrimaryKeyConstraint("template_id", "name", name=op.f("pk_template_departments")),
    )
    op.create_index(op.f("ix_template_departments_name"), "template_departments", ["name"], unique=False)
    op.execute("DROP TABLE search_index")
    op.drop_table("search_revisions")
    op.drop_table("search_state")
    op.drop_index(op.f("ix_search_entries_revision"), table_name="search_entries")
    op.drop_table("search_entries")
    op.create_table(
        "search_entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("title_key", sa.String(), nullable=False),
        sa.Column("keyword_key", sa.String(), nullable=False),
        sa.Column("summary_key", sa.String(), nullable=False),
        sa.Column("boost", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("subject_id", name=op.f("uq_search_entries_subject_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE search_index (number bigint PRIMARY KEY, grams tsvector NOT NULL)")
        op.execute("CREATE INDEX search_index_grams ON search_index USING gin (grams) WITH (fastupdate = off)")
    else:
        op.execute("CREATE VIRTUAL TABLE search_index USING fts5(grams, tokenize='ascii', prefix='1')")
