"""Remember up to where an organisation's own events were pruned, so that readers can be told.

Safe while the previous release still runs: it adds a table.

Revision ID: 20261129_1632
Revises: 20261129_1356
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1632"
down_revision = "20261129_1356"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "own_log_horizons",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_own_log_horizons")),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("own_log_horizons")
