"""Keep which file of a day each result is in.

Safe while the previous release still runs: it adds columns that are null, and an empty index.

Revision ID: 20261128_2335
Revises: 20261128_2330
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_2335"
down_revision = "20261128_2330"
branch_labels = None
depends_on = None

_IN_A_FILE = sa.text("file_day is not null")


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("deliveries", sa.Column("file_day", sa.Date(), nullable=True))
    op.add_column("deliveries", sa.Column("file_number", sa.Integer(), nullable=True))
    op.create_index(
        "ix_deliveries_file",
        "deliveries",
        ["destination_id", "file_day", "file_number"],
        postgresql_where=_IN_A_FILE,
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_deliveries_file", table_name="deliveries", postgresql_where=_IN_A_FILE)
    op.drop_column("deliveries", "file_number")
    op.drop_column("deliveries", "file_day")
