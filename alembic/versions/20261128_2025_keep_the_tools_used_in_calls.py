"""Keep the tools used in calls.

Safe while the previous release still runs: it only adds, with a default.

Revision ID: 20261128_2025
Revises: 20261128_1954
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261128_2025"
down_revision = "20261128_1954"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "calls",
        sa.Column("tool_uses", postgresql.JSONB(), server_default="[]", nullable=False),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("calls", "tool_uses")
