"""store webhook bodies compressed and refusals by the second

Safe while the previous release still runs: it reads the bodies that it stored itself, and what it
cannot read it leaves to be replayed; the new column has a default.

Revision ID: 00f8638a658f
Revises: 466d2a4a983d
"""

import sqlalchemy as sa
from alembic import op

revision = "00f8638a658f"
down_revision = "466d2a4a983d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "webhook_rejections", sa.Column("times", sa.Integer(), server_default="1", nullable=False)
    )
    # What is compressed already is not to be compressed again.
    op.execute("alter table webhooks alter column body set storage external")


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.execute("alter table webhooks alter column body set storage extended")
    op.drop_column("webhook_rejections", "times")
