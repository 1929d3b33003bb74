"""count the addresses of hooks

Safe while the previous release still runs: all of it has a default, and what that release changes
of an address it also notes in `counts_from`, which counts on.

Revision ID: 20261129_2207
Revises: 20261129_2131
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_2207"
down_revision = "20261129_2131"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    for table in ("compliance_hooks", "hook_inquiries"):
        op.add_column(
            table, sa.Column("revision", sa.Integer(), server_default="1", nullable=False)
        )
    op.add_column(
        "compliance_hooks", sa.Column("rests_since", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("compliance_hooks", "rests_since")
    for table in ("hook_inquiries", "compliance_hooks"):
        op.drop_column(table, "revision")
