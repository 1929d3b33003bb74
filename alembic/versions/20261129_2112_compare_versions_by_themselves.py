"""compare versions by themselves

Safe while the previous release still runs: it does not know of the new table.

Revision ID: 540b7a731f8a
Revises: 20261129_2110
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "540b7a731f8a"
down_revision = "20261129_2110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "version_comparisons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("baseline_version", sa.Integer(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("baseline_calls", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "findings", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column(
            "other_traffic",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
        ),
        sa.Column(
            "told", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ended_because in ('complete', 'superseded', 'archived', 'too_old', 'baseline_gone')",
            name=op.f("ck_version_comparisons_ended_because"),
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
            name=op.f("fk_version_comparisons_agent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_version_comparisons_org_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_comparisons")),
        sa.UniqueConstraint(
            "agent_id", "version", name=op.f("uq_version_comparisons_agent_id_version")
        ),
    )
    op.create_index(
        "ix_version_comparisons_checked_at",
        "version_comparisons",
        ["checked_at"],
        unique=False,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(
        "ix_version_comparisons_org_id_id",
        "version_comparisons",
        ["org_id", sa.literal_column("id desc")],
        unique=False,
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index("ix_version_comparisons_org_id_id", table_name="version_comparisons")
    op.drop_index(
        "ix_version_comparisons_checked_at",
        table_name="version_comparisons",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_table("version_comparisons")
