"""Add webhooks and their deliveries; give the API tokens of apps an id, a name and a last use."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sandbox_app_tokens", schema=None) as batch_op:
        batch_op.add_column(sa.Column("id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE sandbox_app_tokens SET id = substr(hash, 1, 16), name = ''")
    with op.batch_alter_table("sandbox_app_tokens", schema=None) as batch_op:
        batch_op.alter_column("id", existing_type=sa.String(), nullable=False)
        batch_op.alter_column("name", existing_type=sa.String(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_sandbox_app_tokens_id"), ["id"])

    op.create_table(
        "sandbox_webhooks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("app_pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("events", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["app_pk"], ["sandbox_apps.pk"], name=op.f("fk_sandbox_webhooks_app_pk_sandbox_apps")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_webhooks")),
    )
    with op.batch_alter_table("sandbox_webhooks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sandbox_webhooks_app_pk"), ["app_pk"], unique=False)

    op.create_table(
        "sandbox_webhook_deliveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("webhook_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["sandbox_webhooks.id"],
            name=op.f("fk_sandbox_webhook_deliveries_webhook_id_sandbox_webhooks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_webhook_deliveries")),
    )
    with op.batch_alter_table("sandbox_webhook_deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_sandbox_webhook_deliveries_due", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_sandbox_webhook_deliveries_site", ["site_id", "created_at"], unique=False)
        batch_op.create_index("ix_sandbox_webhook_deliveries_webhook", ["webhook_id", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("sandbox_webhook_deliveries")
    op.drop_table("sandbox_webhooks")
    with op.batch_alter_table("sandbox_app_tokens", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_sandbox_app_tokens_id"), type_="unique")
        batch_op.drop_column("last_used_at")
        batch_op.drop_column("name")
        batch_op.drop_column("id")
