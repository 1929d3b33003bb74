"""Follow what becomes of deliveries at the other side.

Safe while the previous release still runs: it adds columns that are null, and an empty index.

Revision ID: 20261128_2310
Revises: 20261128_2050
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261128_2310"
down_revision = "20261128_2050"
branch_labels = None
depends_on = None

_FOLLOWED = sa.text("follow_at is not null")


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("deliveries", sa.Column("outcome", JSONB(none_as_null=True), nullable=True))
    op.add_column("deliveries", sa.Column("follow_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_deliveries_followed",
        "deliveries",
        ["destination_id", "follow_at"],
        postgresql_where=_FOLLOWED,
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_deliveries_followed", table_name="deliveries", postgresql_where=_FOLLOWED)
    op.drop_column("deliveries", "follow_at")
    op.drop_column("deliveries", "outcome")
