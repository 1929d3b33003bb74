"""Keep who is to be shown what is kept about them.

Safe while the previous release still runs: it adds a table.

Revision ID: 20261129_1348
Revises: 20261129_1341
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1348"
down_revision = "20261129_1341"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "disclosures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("phone_number", sa.String(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_disclosures_org_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
    )
    op.create_index("ix_disclosures_org_id_id", "disclosures", ["org_id", sa.text("id desc")])


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("disclosures")
