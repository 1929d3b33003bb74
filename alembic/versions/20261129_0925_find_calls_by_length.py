"""Find calls by their length.

Safe while the previous release still runs: it only adds an index. Writes to calls wait meanwhile,
seconds for a million of them.

Revision ID: 20261129_0925
Revises: 20261129_0920
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_0925"
down_revision = "20261129_0920"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_index(
        "ix_calls_org_id_length",
        "calls",
        ["org_id", sa.text("coalesce(duration_ms, -1) desc"), sa.text("id desc")],
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_calls_org_id_length", "calls")
