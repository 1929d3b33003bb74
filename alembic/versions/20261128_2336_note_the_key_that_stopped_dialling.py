"""Note with which key dialling was stopped, so that another lets it go on.

Safe while the previous release still runs: it only adds.

Revision ID: 20261128_2336
Revises: 20261128_2335
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_2336"
down_revision = "20261128_2335"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("dial_queues", sa.Column("stopped_with", sa.String(), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("dial_queues", "stopped_with")
