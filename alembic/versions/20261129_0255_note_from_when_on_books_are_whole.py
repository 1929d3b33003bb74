"""Note from when on a destination's books are whole.

Safe while the previous release still runs: it adds a column that is null.

Revision ID: 20261129_0255
Revises: 20261129_0245
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_0255"
down_revision = "20261129_0245"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("destinations", sa.Column("books_from", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("destinations", "books_from")
