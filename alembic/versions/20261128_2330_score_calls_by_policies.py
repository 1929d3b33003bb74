"""Score calls by policies.

Safe while the previous release still runs: only tables that it does not know.

Revision ID: 20261128_2330
Revises: 20261128_2310
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261128_2330"
down_revision = "20261128_2310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("draft_revision", sa.Integer(), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_policies_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
    )
    op.create_index(op.f("ix_policies_org_id"), "policies", ["org_id"], unique=False)
    op.create_table(
        "criterion_reliability",
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("alpha", sa.Float(), nullable=True),
        sa.Column("is_reliable", sa.Boolean(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_criterion_reliability_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_criterion_reliability_policy_id")
        ),
        sa.PrimaryKeyConstraint("policy_id", "key", name=op.f("pk_criterion_reliability")),
    )
    op.create_table(
        "policy_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_policy_versions_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_policy_versions_policy_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["users.id"], name=op.f("fk_policy_versions_published_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint(
            "policy_id", "version", name=op.f("uq_policy_versions_policy_id_version")
        ),
    )
    op.create_table(
        "call_comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_comments_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_call_comments_org_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_comments")),
    )
    op.create_index("ix_call_comments_call_id_id", "call_comments", ["call_id", "id"], unique=False)
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_disputes_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_disputes_org_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_disputes_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_index(
        "ix_disputes_call_id_policy_id", "disputes", ["call_id", "policy_id"], unique=False
    )
    op.create_index(
        "uq_disputes_call_id_policy_id_open",
        "disputes",
        ["call_id", "policy_id"],
        unique=True,
        postgresql_where=sa.text("decided_at is null"),
    )
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("agent_version", sa.Integer(), nullable=True),
        sa.Column("call_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("auto_failed", sa.Boolean(), nullable=False),
        sa.Column("category_scores", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("resolution", sa.JSON(none_as_null=True), nullable=True),
        sa.Column(
            "problems", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=True),
        sa.Column("output_tokens", sa.Integer(), nullable=True),
        sa.Column("cost_cents", sa.Float(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_evaluations_agent_id")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_evaluations_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_evaluations_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_evaluations_policy_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["users.id"], name=op.f("fk_evaluations_reviewed_by")
        ),
        sa.CheckConstraint(
            "origin in ('judging', 'override', 'approval')", name=op.f("ck_evaluations_origin")
        ),
        sa.CheckConstraint(
            "status in ('pending', 'valid', 'needs_review', 'failed', 'reviewed', 'disputed')",
            name=op.f("ck_evaluations_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint(
            "call_id",
            "policy_id",
            "revision",
            name=op.f("uq_evaluations_call_id_policy_id_revision"),
        ),
    )
    op.create_index(
        "ix_evaluations_org_id_agent_id_id_current",
        "evaluations",
        ["org_id", "agent_id", "id"],
        unique=False,
        postgresql_where=sa.text("is_current"),
    )
    op.create_index(
        "ix_evaluations_org_id_id_current",
        "evaluations",
        ["org_id", "id"],
        unique=False,
        postgresql_where=sa.text("is_current"),
    )
    op.create_index(
        "ix_evaluations_org_id_status_id_current",
        "evaluations",
        ["org_id", "status", "id"],
        unique=False,
        postgresql_where=sa.text("is_current"),
    )
    op.create_index(
        "ix_evaluations_policy_id_call_at_current",
        "evaluations",
        ["policy_id", "call_at"],
        unique=False,
        postgresql_where=sa.text("is_current"),
    )
    op.create_index(
        "ix_evaluations_policy_id_id_current",
        "evaluations",
        ["policy_id", "id"],
        unique=False,
        postgresql_where=sa.text("is_current"),
    )
    op.create_index(
        "uq_evaluations_call_id_policy_id_current",
        "evaluations",
        ["call_id", "policy_id"],
        unique=True,
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "criterion_verdicts",
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("auto_fail", sa.Boolean(), nullable=False),
        sa.Column("fail_below", sa.Float(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column(
            "verdict", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("proven_by", sa.String(), nullable=True),
        sa.Column("unreliable", sa.Boolean(), nullable=False),
        sa.Column("violated", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "problems", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_criterion_verdicts_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_criterion_verdicts_org_id")
        ),
        sa.CheckConstraint(
            "severity in ('minor', 'major', 'critical')",
            name=op.f("ck_criterion_verdicts_severity"),
        ),
        sa.CheckConstraint(
            "proven_by in ('rule', 'second_reading', 'person')",
            name=op.f("ck_criterion_verdicts_proven_by"),
        ),
        sa.PrimaryKeyConstraint("evaluation_id", "key", name=op.f("pk_criterion_verdicts")),
    )
    op.create_index(
        "ix_criterion_verdicts_violations",
        "criterion_verdicts",
        ["org_id", "key", "evaluation_id"],
        unique=False,
        postgresql_where=sa.text("violated"),
    )
    op.create_index(
        "ix_criterion_verdicts_violations_by_severity",
        "criterion_verdicts",
        ["org_id", "severity", "evaluation_id"],
        unique=False,
        postgresql_where=sa.text("violated"),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index(
        "ix_criterion_verdicts_violations_by_severity",
        table_name="criterion_verdicts",
        postgresql_where=sa.text("violated"),
    )
    op.drop_index(
        "ix_criterion_verdicts_violations",
        table_name="criterion_verdicts",
        postgresql_where=sa.text("violated"),
    )
    op.drop_table("criterion_verdicts")
    op.drop_index(
        "uq_evaluations_call_id_policy_id_current",
        table_name="evaluations",
        postgresql_where=sa.text("is_current"),
    )
    op.drop_index(
        "ix_evaluations_policy_id_id_current",
        table_name="evaluations",
        postgresql_where=sa.text("is_current"),
    )
    op.drop_index(
        "ix_evaluations_policy_id_call_at_current",
        table_name="evaluations",
        postgresql_where=sa.text("is_current"),
    )
    op.drop_index(
        "ix_evaluations_org_id_status_id_current",
        table_name="evaluations",
        postgresql_where=sa.text("is_current"),
    )
    op.drop_index(
        "ix_evaluations_org_id_id_current",
        table_name="evaluations",
        postgresql_where=sa.text("is_current"),
    )
    op.drop_index(
        "ix_evaluations_org_id_agent_id_id_current",
        table_name="evaluations",
        postgresql_where=sa.text("is_current"),
    )
    op.drop_table("evaluations")
    op.drop_index(
        "uq_disputes_call_id_policy_id_open",
        table_name="disputes",
        postgresql_where=sa.text("decided_at is null"),
    )
    op.drop_index("ix_disputes_call_id_policy_id", table_name="disputes")
    op.drop_table("disputes")
    op.drop_index("ix_call_comments_call_id_id", table_name="call_comments")
    op.drop_table("call_comments")
    op.drop_table("policy_versions")
    op.drop_table("criterion_reliability")
    op.drop_index(op.f("ix_policies_org_id"), table_name="policies")
    op.drop_table("policies")
