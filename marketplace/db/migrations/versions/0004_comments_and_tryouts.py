"""Comments, cursors, quotas and try-outs of built-in workspaces."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("sandbox_records") as batch_op:
        batch_op.add_column(sa.Column("last_comment_id", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "sandbox_comments",
        sa.Column("app_pk", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("mentions", json, nullable=False),
        sa.Column("creator", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_pk", "record_id"],
            ["sandbox_records.app_pk", "sandbox_records.record_id"],
            name=op.f("fk_sandbox_comments_app_pk_record_id_sandbox_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("app_pk", "record_id", "comment_id", name=op.f("pk_sandbox_comments")),
    )
    op.create_table(
        "sandbox_cursors",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("app_pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("fields", json, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["app_pk"], ["sandbox_apps.pk"], name=op.f("fk_sandbox_cursors_app_pk_sandbox_apps")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sandbox_sites.id"], name=op.f("fk_sandbox_cursors_site_id_sandbox_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_cursors")),
    )
    with op.batch_alter_table("sandbox_cursors") as batch_op:
        batch_op.create_index(batch_op.f("ix_sandbox_cursors_site_id"), ["site_id"])
        batch_op.create_index(batch_op.f("ix_sandbox_cursors_expires_at"), ["expires_at"])
    op.create_table(
        "sandbox_cursor_chunks",
        sa.Column("cursor_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_ids", json, nullable=False),
        sa.ForeignKeyConstraint(
            ["cursor_id"],
            ["sandbox_cursors.id"],
            name=op.f("fk_sandbox_cursor_chunks_cursor_id_sandbox_cursors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cursor_id", "number", name=op.f("pk_sandbox_cursor_chunks")),
    )
    op.create_table(
        "tryouts",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_tryouts_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_tryouts")),
    )
    with op.batch_alter_table("tryouts") as batch_op:
        batch_op.create_index("ix_tryouts_address", ["address", "expires_at"])
        batch_op.create_index(batch_op.f("ix_tryouts_expires_at"), ["expires_at"])
    _add_quotas()


def _add_quotas() -> None:
    """Count what is there already; the limits themselves are written at the next start."""
    with op.batch_alter_table("sandbox_sites") as batch_op:
        batch_op.add_column(sa.Column("limits", json, nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("file_bytes", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("sealed", sa.Boolean(), nullable=False, server_default="0"))
    with op.batch_alter_table("sandbox_apps") as batch_op:
        batch_op.add_column(sa.Column("record_count", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("sandbox_files") as batch_op:
        batch_op.create_index("ix_sandbox_files_waiting", ["attached", "created_at"])
        batch_op.create_index(batch_op.f("ix_sandbox_files_digest"), ["digest"])
    op.create_table(
        "abandoned_blobs",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_abandoned_blobs")),
    )
    with op.batch_alter_table("abandoned_blobs") as batch_op:
        batch_op.create_index(batch_op.f("ix_abandoned_blobs_seen_at"), ["seen_at"])
    op.execute(
        "UPDATE sandbox_sites SET file_bytes = "
        "(SELECT COALESCE(SUM(size), 0) FROM sandbox_files WHERE sandbox_files.site_id = sandbox_sites.id)"
    )
    op.execute(
        "UPDATE sandbox_apps SET record_count = "
        "(SELECT COUNT(*) FROM sandbox_records WHERE sandbox_records.app_pk = sandbox_apps.pk)"
    )


def downgrade() -> None:
    op.drop_table("tryouts")
    op.drop_table("abandoned_blobs")
    with op.batch_alter_table("sandbox_files") as batch_op:
        batch_op.drop_index(batch_op.f("ix_sandbox_files_digest"))
        batch_op.drop_index("ix_sandbox_files_waiting")
    # Not in batch mode, which on SQLite makes these tables anew: dropping the old one would take the rows that refer to it.
    op.drop_column("sandbox_apps", "record_count")
    for name in ("sealed", "file_bytes", "limits"):
        op.drop_column("sandbox_sites", name)
    op.drop_table("sandbox_cursor_chunks")
    op.drop_table("sandbox_cursors")
    op.drop_table("sandbox_comments")
    op.drop_column("sandbox_records", "last_comment_id")
