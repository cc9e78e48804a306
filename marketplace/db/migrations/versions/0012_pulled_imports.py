"""Imports that are carried out from the workspace's side, and workspaces in closed networks."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workspaces") as batch_op:
        batch_op.add_column(sa.Column("address", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("guest_space", sa.String(), nullable=True))
    with op.batch_alter_table("imports") as batch_op:
        batch_op.add_column(
            sa.Column(
                "mode",
                sa.Enum("push", "pull", "carry", name="importmode", native_enum=False, length=40),
                server_default="push",
                nullable=False,
            )
        )
    op.create_table(
        "pull_events",
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("try", "call", "pause", name="eventkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("is_replayed", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("call", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("outcome_digest", sa.String(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_pull_events_import_id_imports")),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_pull_events")),
    )


def downgrade() -> None:
    op.drop_table("pull_events")
    with op.batch_alter_table("imports") as batch_op:
        batch_op.drop_column("mode")
    with op.batch_alter_table("workspaces") as batch_op:
        batch_op.drop_column("guest_space")
        batch_op.drop_column("address")
