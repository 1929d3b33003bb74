"""Change the rules that bind calls, and keep who did and why.

Safe while the previous release still runs: it only adds a table.

Revision ID: 20261129_1341
Revises: 20261129_1326
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_1341"
down_revision = "20261129_1326"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "rule_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("rule", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("reason", sqlmodel.AutoString(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_rule_changes_org_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_changes")),
    )
    op.create_index("ix_rule_changes_org_id_name_id", "rule_changes", ["org_id", "name", "id"])


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("rule_changes")
