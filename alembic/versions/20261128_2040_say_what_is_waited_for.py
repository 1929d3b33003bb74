"""Say what is waited for, and whether Retell's list could be compared.

Safe while the previous release still runs: it only adds.

Revision ID: 20261128_2040
Revises: 20261128_2030
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_2040"
down_revision = "20261128_2030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("calls", sa.Column("dial_doubt", sa.String(), nullable=True))
    op.add_column("dial_queues", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    for column in ("compared_at", "failing_since"):
        op.add_column("sweeps", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column("sweeps", sa.Column("failure", sa.String(), nullable=True))
    op.create_table(
        "missed_calls",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("retell_call_id", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_missed_calls_org_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "retell_call_id", name=op.f("pk_missed_calls")),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("missed_calls")
    for column in ("failure", "failing_since", "compared_at"):
        op.drop_column("sweeps", column)
    op.drop_column("dial_queues", "stopped_at")
    op.drop_column("calls", "dial_doubt")
