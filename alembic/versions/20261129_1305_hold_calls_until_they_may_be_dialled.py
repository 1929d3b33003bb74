"""Hold calls until they may be dialled, and know where who is called is.

Safe while the previous release still runs: it only adds columns that may be null.

Revision ID: 20261129_1305
Revises: 20261129_1250
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_1305"
down_revision = "20261129_1250"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("calls", sa.Column("time_zone", sqlmodel.AutoString(), nullable=True))
    op.add_column("calls", sa.Column("postal_code", sqlmodel.AutoString(), nullable=True))
    op.add_column("calls", sa.Column("held", postgresql.JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("calls", "held")
    op.drop_column("calls", "postal_code")
    op.drop_column("calls", "time_zone")
