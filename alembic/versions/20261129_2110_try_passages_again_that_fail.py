"""Try passages again that an embedder fails at, and know which length it answers with.

Safe while the previous release still runs: it adds columns that may be empty.

Revision ID: 20261129_2110
Revises: 20261129_2052
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_2110"
down_revision = "20261129_2052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("cut_calls", sa.Column("failures", sa.Integer(), nullable=True))
    op.add_column("cut_calls", sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cut_calls", sa.Column("left_out", sa.Integer(), nullable=True))
    op.add_column("embedders", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("embedders", "opened_at")
    for name in ("left_out", "retry_at", "failures"):
        op.drop_column("cut_calls", name)
