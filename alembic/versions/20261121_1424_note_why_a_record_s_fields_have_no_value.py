"""note why a record's fields have no value

Safe while the previous release still runs: the new column may be null, and is null for what that
release makes.

Revision ID: c2be92f92dda
Revises: 5164cb49008f
"""

import sqlalchemy as sa
from alembic import op

revision = "c2be92f92dda"
down_revision = "5164cb49008f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("records", sa.Column("not_said", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("records", "not_said")
