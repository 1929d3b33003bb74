"""Keep where an agent denies to be a machine, and by which patterns a call was heard.

Safe while the previous release still runs: it adds columns that may be empty.

Revision ID: 20261129_2040
Revises: 663bdc473676
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_2040"
down_revision = "663bdc473676"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    denial = sa.Column("denial", postgresql.JSON(astext_type=sa.Text()), nullable=True)
    op.add_column("call_conduct", denial)
    op.add_column("call_conduct", sa.Column("hearing", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("call_conduct", "hearing")
    op.drop_column("call_conduct", "denial")
