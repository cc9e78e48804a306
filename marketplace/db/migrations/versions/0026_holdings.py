"""Takeouts, caretakers, and municipalities that require a second factor of their members."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = sa.Enum(
    "queued", "running", "ready", "failed", "deleted", name="takeoutstate", native_enum=False, length=40
)
KINDS = sa.Enum("workspace", "token", "template", "draft", "story", "import", "export", name="keptkind", native_enum=False, length=40)
UNDER_WAY = sa.text("state IN ('queued', 'running')")


def upgrade() -> None:
    op.add_column("municipalities", sa.Column("second_factor_required_at", MOMENT, nullable=True))
    op.create_table(
        "takeouts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.Column("with_records", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_by_name", sa.String(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_takeouts_municipality_code_municipalities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeouts")),
    )
    op.create_index("ix_takeouts_municipality_code_created_at", "takeouts", ["municipality_code", "created_at"])
    op.create_index(op.f("ix_takeouts_expires_at"), "takeouts", ["expires_at"])
    op.create_index(
        "uq_takeouts_under_way",
        "takeouts",
        ["municipality_code"],
        unique=True,
        sqlite_where=UNDER_WAY,
        postgresql_where=UNDER_WAY,
    )
    op.create_table(
        "caretakers",
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_caretakers_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_caretakers_person_id_people")),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_caretakers")),
    )
    op.create_index(op.f("ix_caretakers_municipality_code"), "caretakers", ["municipality_code"])


def downgrade() -> None:
    op.drop_table("caretakers")
    op.drop_table("takeouts")
    op.drop_column("municipalities", "second_factor_required_at")
