"""Find calls by their length.

Safe while the previous release still runs: it only adds an index, and nobody waits for that.

Revision ID: 20261129_0925
Revises: 20261129_0920
"""

import sqlalchemy as sa
from alembic import op

from backend.platform import migrations

revision = "20261129_0925"
down_revision = "20261129_0920"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrations.add_index(
        op,
        "ix_calls_org_id_length",
        "calls",
        ["org_id", sa.text("coalesce(duration_ms, -1) desc"), sa.text("id desc")],
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_calls_org_id_length", "calls")
