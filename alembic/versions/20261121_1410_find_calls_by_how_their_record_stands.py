"""Find calls by how their record stands.

Safe while the previous release still runs: it only adds an index, of one entry for each call.

Revision ID: 5164cb49008f
Revises: 20261121_1155
"""

import sqlalchemy as sa
from alembic import op

revision = "5164cb49008f"
down_revision = "20261121_1155"
branch_labels = None
depends_on = None

NAME = "ix_records_org_id_status_call_id_current"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_index(
        NAME, "records", ["org_id", "status", "call_id"], postgresql_where=sa.text("is_current")
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index(NAME, table_name="records")
