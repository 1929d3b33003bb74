"""Page through the contacts of a campaign, whatever their state.

Safe while the previous release still runs: it only adds an index, for which writing of contacts
waits some seconds per million of them.

Revision ID: 20261129_1655
Revises: 20261129_1645
"""

from alembic import op

revision = "20261129_1655"
down_revision = "20261129_1645"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_index(
        "ix_campaign_contacts_campaign_id_id", "campaign_contacts", ["campaign_id", "id"]
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_campaign_contacts_campaign_id_id", "campaign_contacts")
