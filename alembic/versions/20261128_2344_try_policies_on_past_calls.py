"""Try policies on past calls, and note where people's verdicts are to give way.

Safe while the previous release still runs: tables that it does not know, and a column with a
default.

Revision ID: 20261128_2344
Revises: 20261128_2340
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_2344"
down_revision = "20261128_2340"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "policy_backtests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_policy_backtests_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_policy_backtests_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_policy_backtests_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_backtests")),
    )
    op.create_index(
        "ix_policy_backtests_policy_id_id", "policy_backtests", ["policy_id", "id"], unique=False
    )
    op.create_table(
        "policy_trials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("backtest_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("verdicts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("cost_cents", sa.Float(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["backtest_id"],
            ["policy_backtests.id"],
            name=op.f("fk_policy_trials_backtest_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_policy_trials_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_policy_trials_evaluation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_policy_trials_org_id")
        ),
        sa.CheckConstraint(
            "state in ('queued', 'done', 'failed')", name=op.f("ck_policy_trials_state")
        ),
        sa.CheckConstraint(
            "status in ('pending', 'valid', 'needs_review', 'failed', 'reviewed', 'disputed')",
            name=op.f("ck_policy_trials_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_trials")),
        sa.UniqueConstraint(
            "backtest_id", "call_id", name=op.f("uq_policy_trials_backtest_id_call_id")
        ),
    )
    op.create_index("ix_policy_trials_call_id", "policy_trials", ["call_id"], unique=False)
    op.create_index(
        "ix_policy_trials_evaluation_id", "policy_trials", ["evaluation_id"], unique=False
    )
    op.add_column(
        "evaluations",
        sa.Column("replaces_review", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("evaluations", "replaces_review")
    op.drop_index("ix_policy_trials_evaluation_id", table_name="policy_trials")
    op.drop_index("ix_policy_trials_call_id", table_name="policy_trials")
    op.drop_table("policy_trials")
    op.drop_index("ix_policy_backtests_policy_id_id", table_name="policy_backtests")
    op.drop_table("policy_backtests")
