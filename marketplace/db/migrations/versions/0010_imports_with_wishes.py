"""Where the apps of an import go, what they are called, and their own lists of options."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("imports") as table:
        table.add_column(sa.Column("target", JSON, nullable=True))
        table.add_column(sa.Column("app_names", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("localise", JSON, nullable=False, server_default="[]"))
    with op.batch_alter_table("imports") as table:
        table.alter_column("app_names", server_default=None)
        table.alter_column("localise", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("imports") as table:
        table.drop_column("localise")
        table.drop_column("app_names")
        table.drop_column("target")
