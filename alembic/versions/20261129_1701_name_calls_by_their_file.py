"""Name calls that came as recordings by their file.

Safe while the previous release still runs: it adds a column that may be null.

Revision ID: 20261129_1701
Revises: 20261129_1655
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1701"
down_revision = "20261129_1655"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("calls", sa.Column("file_name", sa.String(), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("calls", "file_name")
