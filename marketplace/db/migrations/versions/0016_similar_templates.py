"""Similar templates, computed ahead: the worker fills and renews them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "similar_templates",
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("similar_id", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reason", JSON, nullable=False),
        sa.PrimaryKeyConstraint("template_id", "position", name=op.f("pk_similar_templates")),
    )
    op.create_index(op.f("ix_similar_templates_similar_id"), "similar_templates", ["similar_id"], unique=False)
    op.create_table(
        "template_comparisons",
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("template_id", name=op.f("pk_template_comparisons")),
    )


def downgrade() -> None:
    op.drop_table("template_comparisons")
    op.drop_index(op.f("ix_similar_templates_similar_id"), table_name="similar_templates")
    op.drop_table("similar_templates")
