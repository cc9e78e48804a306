"""Create the tables of spaces and plug-ins."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sandbox_guests",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("profile", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sandbox_sites.id"], name=op.f("fk_sandbox_guests_site_id_sandbox_sites")
        ),
        sa.PrimaryKeyConstraint("site_id", "code", name=op.f("pk_sandbox_guests")),
    )
    op.create_table(
        "sandbox_spaces",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("space_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("fixed_member", sa.Boolean(), nullable=False),
        sa.Column("use_multi_thread", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "app_creators",
            sa.Enum("EVERYONE", "ADMIN", name="appcreators", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("default_thread", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("creator", sa.String(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modifier", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sandbox_sites.id"], name=op.f("fk_sandbox_spaces_site_id_sandbox_sites")
        ),
        sa.PrimaryKeyConstraint("site_id", "space_id", name=op.f("pk_sandbox_spaces")),
    )
    op.create_table(
        "sandbox_plugins",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("descriptions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_key"], ["sandbox_files.key"], name=op.f("fk_sandbox_plugins_file_key_sandbox_files")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sandbox_sites.id"], name=op.f("fk_sandbox_plugins_site_id_sandbox_sites")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_sandbox_plugins")),
    )
    op.create_table(
        "sandbox_space_guests",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("space_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "code"],
            ["sandbox_guests.site_id", "sandbox_guests.code"],
            name=op.f("fk_sandbox_space_guests_site_id_code_sandbox_guests"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "space_id"],
            ["sandbox_spaces.site_id", "sandbox_spaces.space_id"],
            name=op.f("fk_sandbox_space_guests_site_id_space_id_sandbox_spaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "space_id", "code", name=op.f("pk_sandbox_space_guests")),
    )
    op.create_table(
        "sandbox_space_members",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("space_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("include_subs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "space_id"],
            ["sandbox_spaces.site_id", "sandbox_spaces.space_id"],
            name=op.f("fk_sandbox_space_members_site_id_space_id_sandbox_spaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "space_id", "kind", "code", name=op.f("pk_sandbox_space_members")),
    )
    op.create_table(
        "sandbox_threads",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("creator", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "space_id"],
            ["sandbox_spaces.site_id", "sandbox_spaces.space_id"],
            name=op.f("fk_sandbox_threads_site_id_space_id_sandbox_spaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "thread_id", name=op.f("pk_sandbox_threads")),
    )
    with op.batch_alter_table("sandbox_threads", schema=None) as batch_op:
        batch_op.create_index("ix_sandbox_threads_space", ["site_id", "space_id"], unique=False)

    op.create_table(
        "sandbox_thread_comments",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("comment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("mentions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("files", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("creator", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "thread_id"],
            ["sandbox_threads.site_id", "sandbox_threads.thread_id"],
            name=op.f("fk_sandbox_thread_comments_site_id_thread_id_sandbox_threads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "comment_id", name=op.f("pk_sandbox_thread_comments")),
    )
    with op.batch_alter_table("sandbox_thread_comments", schema=None) as batch_op:
        batch_op.create_index("ix_sandbox_thread_comments_thread", ["site_id", "thread_id"], unique=False)

    with op.batch_alter_table("sandbox_apps", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("sandbox_sites", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("last_space_id", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("last_thread_id", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("last_thread_comment_id", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("sandbox_sites", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("last_thread_comment_id")
        batch_op.drop_column("last_thread_id")
        batch_op.drop_column("last_space_id")

    with op.batch_alter_table("sandbox_apps", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("deleted_at")

    with op.batch_alter_table("sandbox_thread_comments", schema=None) as batch_op:
        batch_op.drop_index("ix_sandbox_thread_comments_thread")

    op.drop_table("sandbox_thread_comments")
    with op.batch_alter_table("sandbox_threads", schema=None) as batch_op:
        batch_op.drop_index("ix_sandbox_threads_space")

    op.drop_table("sandbox_threads")
    op.drop_table("sandbox_space_members")
    op.drop_table("sandbox_space_guests")
    op.drop_table("sandbox_plugins")
    op.drop_table("sandbox_spaces")
    op.drop_table("sandbox_guests")
