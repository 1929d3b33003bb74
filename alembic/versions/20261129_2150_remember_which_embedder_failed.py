"""Remember which embedder failed at a call: another one is asked at once.

Safe while the previous release still runs: it adds a column that may be empty.

Revision ID: 20261129_2150
Revises: 540b7a731f8a
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_2150"
down_revision = "540b7a731f8a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("cut_calls", sa.Column("failed_by", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("cut_calls", "failed_by")
