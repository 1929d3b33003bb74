"""Find calls of which something is masked by what is left of them.

Safe while the previous release still runs: it adds a column that may be null.

Revision ID: 20261129_1312
Revises: 20261129_1305
"""

from alembic import op
from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import TSVECTOR

from backend.platform import migrations

revision = "20261129_1312"
down_revision = "20261129_1305"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Calls do not go with events: what an organisation keeps for a shorter time is found by theirs.
    migrations.add_index(op, "ix_events_org_id_at", "events", ["org_id", "at"])
    op.execute("set local lock_timeout = '4s'")
    op.add_column("call_words", Column("masked", TSVECTOR(), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_events_org_id_at", "events")
    op.drop_column("call_words", "masked")
