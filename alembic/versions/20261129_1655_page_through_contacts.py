"""Page through the contacts of a campaign, whatever their state.

Safe while the previous release still runs: it adds an index, while contacts are being written.

Revision ID: 20261129_1655
Revises: 20261129_1645
"""

from alembic import op

from backend.platform import migrations

revision = "20261129_1655"
down_revision = "20261129_1645"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrations.add_index(
        op, "ix_campaign_contacts_campaign_id_id", "campaign_contacts", ["campaign_id", "id"]
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_campaign_contacts_campaign_id_id", "campaign_contacts")
