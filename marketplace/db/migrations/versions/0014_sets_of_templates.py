"""Sets: which templates a version brings, and which templates are sets."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("templates", sa.Column("is_set", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "included_templates",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("apps", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["template_versions.id"], name=op.f("fk_included_templates_version_id_template_versions")
        ),
        sa.PrimaryKeyConstraint("version_id", "slug", name=op.f("pk_included_templates")),
    )
    op.create_index(op.f("ix_included_templates_slug"), "included_templates", ["slug"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_included_templates_slug"), table_name="included_templates")
    op.drop_table("included_templates")
    op.drop_column("templates", "is_set")
