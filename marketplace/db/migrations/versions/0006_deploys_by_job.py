"""Deploys that a job carries out, and why a deploy failed in both languages."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sandbox_deploys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sandbox_sites.id"], name=op.f("fk_sandbox_deploys_site_id_sandbox_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_deploys")),
    )
    op.create_index(op.f("ix_sandbox_deploys_site_id"), "sandbox_deploys", ["site_id"], unique=False)
    op.create_table(
        "sandbox_deployed_apps",
        sa.Column("deploy_id", sa.String(), nullable=False),
        sa.Column("app_pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prepared_to", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deploy_id"],
            ["sandbox_deploys.id"],
            name=op.f("fk_sandbox_deployed_apps_deploy_id_sandbox_deploys"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["app_pk"], ["sandbox_apps.pk"], name=op.f("fk_sandbox_deployed_apps_app_pk_sandbox_apps")
        ),
        sa.PrimaryKeyConstraint("deploy_id", "app_pk", name=op.f("pk_sandbox_deployed_apps")),
    )
    op.create_table(
        "sandbox_rewrites",
        sa.Column("deploy_id", sa.String(), nullable=False),
        sa.Column("app_pk", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["deploy_id"],
            ["sandbox_deploys.id"],
            name=op.f("fk_sandbox_rewrites_deploy_id_sandbox_deploys"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("deploy_id", "app_pk", "record_id", name=op.f("pk_sandbox_rewrites")),
    )
    # Not in a batch: that would make the table anew, and records refer to it.
    op.drop_column("sandbox_apps", "deploy_error")
    op.add_column("sandbox_apps", sa.Column("deploy_error", JSON, nullable=True))


def downgrade() -> None:
    op.drop_column("sandbox_apps", "deploy_error")
    op.add_column("sandbox_apps", sa.Column("deploy_error", sa.String(), nullable=True))
    op.drop_table("sandbox_rewrites")
    op.drop_table("sandbox_deployed_apps")
    op.drop_index(op.f("ix_sandbox_deploys_site_id"), table_name="sandbox_deploys")
    op.drop_table("sandbox_deploys")
