"""Note by which kinds the words are masked that reviewers find calls by.

Safe while the previous release still runs: it adds a column that may be null.

Revision ID: 20261129_1645
Revises: 20261129_1637
"""

from alembic import op
from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261129_1645"
down_revision = "20261129_1637"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("call_words", Column("masked_kinds", JSONB(), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("call_words", "masked_kinds")
