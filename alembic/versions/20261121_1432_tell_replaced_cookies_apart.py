"""Tell replaced cookies apart.

Safe while the previous release still runs: it only adds, with a default. People who are logged in
with a cookie log in again, once.

Revision ID: 20261121_1432
Revises: c2be92f92dda
"""

import sqlalchemy as sa
from alembic import op

revision = "20261121_1432"
down_revision = "c2be92f92dda"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "user_sessions",
        sa.Column("rotation", sa.Integer(), server_default="0", nullable=False),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("user_sessions", "rotation")
