"""Keep a login whose new cookie got lost.

Safe while the previous release still runs: it only adds.

Revision ID: 20261128_1935
Revises: 20261128_1920
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_1935"
down_revision = "20261128_1920"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("user_sessions", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("user_sessions", "seen_at")
