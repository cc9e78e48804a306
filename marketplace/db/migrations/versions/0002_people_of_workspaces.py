"""Give built-in workspaces their people: who belongs to which group and organisation, and who is which member."""

from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sandbox_principals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_code", sa.String(), nullable=True))

    with op.batch_alter_table("sandbox_users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("person_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("primary_organization", sa.String(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_sandbox_users_site_id_person_id"), ["site_id", "person_id"])
        batch_op.create_foreign_key(batch_op.f("fk_sandbox_users_person_id_people"), "people", ["person_id"], ["id"])

    op.add_column("imports", sa.Column("started_by", sa.String(), nullable=True))
    op.create_table(
        "sandbox_principal_members",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column(
            "kind", sa.Enum("GROUP", "ORGANIZATION", name="principalkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("user_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "kind", "code"],
            ["sandbox_principals.site_id", "sandbox_principals.kind", "sandbox_principals.code"],
            name=op.f("fk_sandbox_principal_members_site_id_kind_code_sandbox_principals"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "user_code"],
            ["sandbox_users.site_id", "sandbox_users.code"],
            name=op.f("fk_sandbox_principal_members_site_id_user_code_sandbox_users"),
        ),
        sa.PrimaryKeyConstraint("site_id", "kind", "code", "user_code", name=op.f("pk_sandbox_principal_members")),
    )
    with op.batch_alter_table("sandbox_principal_members", schema=None) as batch_op:
        batch_op.create_index("ix_sandbox_principal_members_user", ["site_id", "user_code"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sandbox_principal_members", schema=None) as batch_op:
        batch_op.drop_index("ix_sandbox_principal_members_user")

    op.drop_table("sandbox_principal_members")
    # Without the batch, which would make the table anew and trip over the steps that refer to it.
    op.drop_column("imports", "started_by")
    with op.batch_alter_table("sandbox_users", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_sandbox_users_person_id_people"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_sandbox_users_site_id_person_id"), type_="unique")
        batch_op.drop_column("primary_organization")
        batch_op.drop_column("person_id")
        batch_op.drop_column("disabled_at")

    with op.batch_alter_table("sandbox_principals", schema=None) as batch_op:
        batch_op.drop_column("parent_code")
