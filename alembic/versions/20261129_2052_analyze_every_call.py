"""analyze every call

Safe while the previous release still runs: it adds tables.

Revision ID: 20261129_2052
Revises: 20261129_2055
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_2052"
down_revision = "20261129_2055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "analysis_days",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent_cents", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("analyzed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("left_out", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_analysis_days_org_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "day", name=op.f("pk_analysis_days")),
    )
    op.create_table(
        "analysis_settings",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("daily_budget_cents", sa.Float(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("share_percent", sa.Integer(), nullable=False),
        sa.Column("agent_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "proof in ('rules', 'second_reading', 'person')",
            name=op.f("ck_analysis_settings_proof"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_analysis_settings_org_id")
        ),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_analysis_settings")),
    )
    op.create_table(
        "analysis_schemas",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("record_schema", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("instructions", sa.String(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_analysis_schemas_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_analysis_schemas_org_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "version", name=op.f("pk_analysis_schemas")),
    )
    op.create_table(
        "call_analyses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("left_out_reason", sa.String(), nullable=True),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("source_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("data", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("problems", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("not_said", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("sentiment", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=True),
        sa.Column("output_tokens", sa.Integer(), nullable=True),
        sa.Column("cost_cents", sa.Float(), nullable=True),
        sa.Column("estimated_cents", sa.Float(), nullable=True),
        sa.Column("reserved_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status in ('pending', 'valid', 'needs_review', 'failed', 'left_out')",
            name=op.f("ck_call_analyses_status"),
        ),
        sa.CheckConstraint(
            "left_out_reason in ('budget', 'too_long', 'no_price', 'switched_off')",
            name=op.f("ck_call_analyses_left_out_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_analyses_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_call_analyses_org_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_analyses")),
        sa.UniqueConstraint("call_id", "revision", name=op.f("uq_call_analyses_call_id_revision")),
    )
    op.create_index(
        "ix_call_analyses_org_id_id_left_out",
        "call_analyses",
        ["org_id", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'left_out'"),
    )
    op.create_index(
        "ix_call_analyses_org_id_reserved_on_pending",
        "call_analyses",
        ["org_id", "reserved_on"],
        unique=False,
        postgresql_where=sa.text("status = 'pending' and reserved_on is not null"),
    )
    op.create_index(
        "ix_call_analyses_org_id_status_id_current",
        "call_analyses",
        ["org_id", "status", "id"],
        unique=False,
        postgresql_where=sa.text("is_current"),
    )
    op.create_index(
        "uq_call_analyses_call_id_current",
        "call_analyses",
        ["call_id"],
        unique=True,
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "analysis_audits",
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("exchanges", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"],
            ["call_analyses.id"],
            name=op.f("fk_analysis_audits_analysis_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_analysis_audits_org_id")
        ),
        sa.PrimaryKeyConstraint("analysis_id", name=op.f("pk_analysis_audits")),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("analysis_audits")
    op.drop_table("call_analyses")
    op.drop_table("analysis_schemas")
    op.drop_table("analysis_settings")
    op.drop_table("analysis_days")
