"""Find the calls whose passages no model has read yet.

Safe while the previous release still runs: it adds an index, while calls are being cut.

Revision ID: 20261129_1637
Revises: 20261129_1635
"""

from alembic import op

from backend.platform import migrations

revision = "20261129_1637"
down_revision = "20261129_1635"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrations.add_index(
        op,
        "ix_cut_calls_org_id_embedder_id_call_id",
        "cut_calls",
        ["org_id", "embedder_id", "call_id"],
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_cut_calls_org_id_embedder_id_call_id", table_name="cut_calls")
