"""Add back-tests and their trials.

Safe while the previous release still runs: it does not know these tables.

Revision ID: 20261121_1155
Revises: dc8f50596e5b
"""

import sqlalchemy as sa
from alembic import op

revision = "20261121_1155"
down_revision = "dc8f50596e5b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "backtests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("estimated_tokens", sa.BigInteger(), nullable=False),
        sa.Column("estimated_cost_cents", sa.Float(), nullable=True),
        sa.Column("replace_corrections", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('ready', 'running', 'paused', 'done', 'applying', 'applied')",
            name="ck_backtests_state",
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_backtests_agent_id"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_backtests_created_by"),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_backtests_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_backtests"),
    )
    op.create_index("ix_backtests_org_id", "backtests", ["org_id"])
    op.create_table(
        "trials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("backtest_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("source_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state in ('pending', 'queued', 'done', 'failed', 'applied', 'skipped')",
            name="ck_trials_state",
        ),
        sa.ForeignKeyConstraint(
            ["backtest_id"], ["backtests.id"], name="fk_trials_backtest_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name="fk_trials_call_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_trials_org_id"),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name="fk_trials_record_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_trials"),
        sa.UniqueConstraint("backtest_id", "record_id", name="uq_trials_backtest_id_record_id"),
    )
    op.create_index("ix_trials_backtest_id_state_id", "trials", ["backtest_id", "state", "id"])
    op.create_index("ix_trials_call_id", "trials", ["call_id"])
    op.create_index("ix_trials_record_id", "trials", ["record_id"])


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("trials")
    op.drop_table("backtests")
