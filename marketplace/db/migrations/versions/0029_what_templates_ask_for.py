"""Templates: whether the newest version needs plug-ins or brings scripts, for the badges of lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
COLUMNS = {"needs_plugins": "plugin_free", "has_script": "script_free"}


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("templates", sa.Column(column, sa.Boolean(), server_default=sa.false(), nullable=False))
    _take_over_from_the_index()


def _take_over_from_the_index() -> None:
    """The filters of the search have known it of every template."""
    entries = sa.table("search_entries", sa.column("subject_id", sa.String()), sa.column("facets", JSON))
    templates = sa.table("templates", sa.column("id", sa.String()), *(sa.column(each, sa.Boolean()) for each in COLUMNS))
    connection = op.get_bind()
    found = connection.execute(
        sa.select(entries.c.subject_id, entries.c.facets).where(entries.c.subject_id.in_(sa.select(templates.c.id)))
    )
    for template_id, facets in found.all():
        asked = {column: facets.get(dimension) == ["false"] for column, dimension in COLUMNS.items()}
        if any(asked.values()):
            connection.execute(templates.update().where(templates.c.id == template_id).values(**asked))


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_column("templates", column)
