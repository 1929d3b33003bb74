"""Keep what moves in a trial of a policy, so that lists of back-tests read no verdicts.

Safe while the previous release still runs: it only adds a column with a default.

Revision ID: 20261129_0300
Revises: 20261129_0255
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_0300"
down_revision = "20261129_0255"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "policy_trials",
        sa.Column(
            "moved", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("policy_trials", "moved")
