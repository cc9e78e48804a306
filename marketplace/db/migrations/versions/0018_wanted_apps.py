"""The wanted list: apps that municipalities wish for, their votes and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "wanted_apps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "fulfilled", "closed", name="wantedstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("answer_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("vote_count", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_wanted_apps_month")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_wanted_apps_municipality_code_municipalities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wanted_apps")),
    )
    op.create_index(op.f("ix_wanted_apps_municipality_code"), "wanted_apps", ["municipality_code"], unique=False)
    op.create_table(
        "wanted_votes",
        sa.Column("wanted_id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("voted_by", sa.String(), nullable=True),
        sa.Column("voted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_wanted_votes_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(["wanted_id"], ["wanted_apps.id"], name=op.f("fk_wanted_votes_wanted_id_wanted_apps")),
        sa.PrimaryKeyConstraint("wanted_id", "municipality_code", name=op.f("pk_wanted_votes")),
    )
    op.create_table(
        "wanted_answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("wanted_id", sa.String(), nullable=False),
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_wanted_answers_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["templates.id"], name=op.f("fk_wanted_answers_template_id_templates")
        ),
        sa.ForeignKeyConstraint(
            ["wanted_id"], ["wanted_apps.id"], name=op.f("fk_wanted_answers_wanted_id_wanted_apps")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wanted_answers")),
        sa.UniqueConstraint("wanted_id", "template_id", name=op.f("uq_wanted_answers_wanted_id_template_id")),
    )
    op.create_index("ix_wanted_answers_template_id", "wanted_answers", ["template_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_wanted_answers_template_id", table_name="wanted_answers")
    op.drop_table("wanted_answers")
    op.drop_table("wanted_votes")
    op.drop_index(op.f("ix_wanted_apps_municipality_code"), table_name="wanted_apps")
    op.drop_table("wanted_apps")
