"""Assign calls to people.

Safe while the previous release still runs: it only adds. The index is partial and empty at first.

Revision ID: 20261129_0345
Revises: 20261129_0310
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_0345"
down_revision = "20261129_0310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("calls", sa.Column("assigned_to", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_calls_assigned_to_users"),
        "calls",
        "users",
        ["assigned_to"],
        ["id"],
        postgresql_not_valid=True,
    )
    op.create_index(
        "ix_calls_assigned_to",
        "calls",
        ["org_id", "assigned_to", sa.text("id desc")],
        postgresql_where=sa.text("assigned_to is not null"),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_calls_assigned_to", "calls")
    op.drop_constraint(op.f("fk_calls_assigned_to_users"), "calls", type_="foreignkey")
    op.drop_column("calls", "assigned_to")
