"""Find masked calls by what is left of their records too.

Safe while the previous release still runs: it adds columns that may be null.

Revision ID: 20261129_1356
Revises: 20261129_1348
"""

from alembic import op
from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "20261129_1356"
down_revision = "20261129_1348"
branch_labels = None
depends_on = None

_COLUMNS = ("masked_recorded", "masked_names")


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    for name in _COLUMNS:
        op.add_column("call_words", Column(name, TSVECTOR(), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    for name in _COLUMNS:
        op.drop_column("call_words", name)
