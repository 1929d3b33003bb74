"""Check what was said in calls: disclosures, and asking for no more calls.

Safe while the previous release still runs: it adds a table.

Revision ID: 20261129_1718
Revises: 20261129_1702
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_1718"
down_revision = "20261129_1702"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "call_conduct",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disclosures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lacks", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("opt_out", postgresql.JSON(astext_type=sa.Text()), nullable=True),
        sa.Column("opt_out_status", sa.String(), nullable=True),
        sa.Column("suppression_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "opt_out_status in ('suppressed', 'recorded', 'needs_review', 'dismissed')",
            name=op.f("ck_call_conduct_opt_out_status"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["calls.id"],
            name=op.f("fk_call_conduct_call_id_calls"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_call_conduct_org_id_organisations")
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_conduct")),
    )
    op.create_index("ix_call_conduct_org_id_called_at", "call_conduct", ["org_id", "called_at"])
    op.create_index(
        "ix_call_conduct_org_id_call_id_to_look_at",
        "call_conduct",
        ["org_id", sa.text("call_id desc")],
        postgresql_where=sa.text("lacks <> '{}' or opt_out_status is not null"),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("call_conduct")
