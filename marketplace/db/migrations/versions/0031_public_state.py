"""How often what strangers may see has changed."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.ids import new_id

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    made = op.create_table(
        "public_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_state")),
    )
    op.execute(made.insert().values(id=1, revision=1, token=new_id()))


def downgrade() -> None:
    op.drop_table("public_state")
