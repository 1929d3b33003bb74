"""Run golden evaluations again: trials of what is published, on calls that people vouched for.

Safe while the previous release still runs: it only adds columns with defaults.

Revision ID: 20261129_0350
Revises: 20261129_0345
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_0350"
down_revision = "20261129_0345"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "policy_backtests",
        sa.Column("is_golden", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("policy_backtests", sa.Column("model", sa.String(), nullable=True))
    op.add_column(
        "policy_backtests",
        sa.Column("measured", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.add_column(
        "policy_backtests", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_policy_backtests_policy_id_id_golden",
        "policy_backtests",
        ["policy_id", "id"],
        postgresql_where=sa.text("is_golden"),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_policy_backtests_policy_id_id_golden", "policy_backtests")
    for name in ("done_at", "measured", "model", "is_golden"):
        op.drop_column("policy_backtests", name)
