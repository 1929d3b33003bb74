"""Keep on how many calls a criterion was measured, so that fewer do not overrule more.

Safe while the previous release still runs: it only adds a column with a default.

Revision ID: 20261129_0850
Revises: 20261129_0835
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_0850"
down_revision = "20261129_0835"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "criterion_reliability",
        sa.Column("calls", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("criterion_reliability", "calls")
