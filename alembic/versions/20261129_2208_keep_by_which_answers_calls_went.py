"""keep by which answers of hooks calls went

Safe while the previous release still runs: the column is new and empty, so nothing is rewritten.

Revision ID: 20261129_2208
Revises: 20261129_2207
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_2208"
down_revision = "20261129_2207"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    ids = postgresql.ARRAY(sa.Uuid())
    op.add_column("calls", sa.Column("hook_inquiry_ids", ids, nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("calls", "hook_inquiry_ids")
