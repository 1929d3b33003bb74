"""Calibrate judges, and keep the sums of scores.

Safe while the previous release still runs: only tables that it does not know.

Revision ID: 20261128_2340
Revises: 20261128_2336
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261128_2340"
down_revision = "20261128_2336"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "calibrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column(
            "raters", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_calibrations_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_calibrations_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_calibrations_policy_id")
        ),
        sa.CheckConstraint("status in ('open', 'done')", name=op.f("ck_calibrations_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
    )
    op.create_index("ix_calibrations_org_id_id", "calibrations", ["org_id", "id"], unique=False)
    op.create_index(op.f("ix_calibrations_policy_id"), "calibrations", ["policy_id"], unique=False)
    op.create_table(
        "score_tallies",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("agent_version", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("squares", sa.Float(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_score_tallies_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_score_tallies_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_score_tallies_policy_id")
        ),
        sa.PrimaryKeyConstraint(
            "org_id",
            "policy_id",
            "agent_id",
            "agent_version",
            "week",
            "dimension",
            "name",
            name=op.f("pk_score_tallies"),
        ),
    )
    op.create_table(
        "calibration_calls",
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("verdicts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibrations.id"],
            name=op.f("fk_calibration_calls_calibration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_calibration_calls_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_calibration_calls_org_id")
        ),
        sa.PrimaryKeyConstraint("calibration_id", "call_id", name=op.f("pk_calibration_calls")),
    )
    op.create_index(
        op.f("ix_calibration_calls_call_id"), "calibration_calls", ["call_id"], unique=False
    )
    op.create_table(
        "counted_evaluations",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("agent_version", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column(
            "parts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_counted_evaluations_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["calls.id"],
            name=op.f("fk_counted_evaluations_call_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_counted_evaluations_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_counted_evaluations_policy_id")
        ),
        sa.PrimaryKeyConstraint("call_id", "policy_id", name=op.f("pk_counted_evaluations")),
    )
    op.create_index(
        "ix_counted_evaluations_org_id_agent_id_score",
        "counted_evaluations",
        ["org_id", "agent_id", "score"],
        unique=False,
    )
    op.create_index(
        "ix_counted_evaluations_org_id_score",
        "counted_evaluations",
        ["org_id", "score"],
        unique=False,
    )
    op.create_table(
        "calibration_ratings",
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("rater_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("results", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id", "call_id"],
            ["calibration_calls.calibration_id", "calibration_calls.call_id"],
            name=op.f("fk_calibration_ratings_calibration_id_call_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_calibration_ratings_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["users.id"], name=op.f("fk_calibration_ratings_rater_id")
        ),
        sa.PrimaryKeyConstraint(
            "calibration_id", "call_id", "rater_id", name=op.f("pk_calibration_ratings")
        ),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("calibration_ratings")
    op.drop_index("ix_counted_evaluations_org_id_score", table_name="counted_evaluations")
    op.drop_index("ix_counted_evaluations_org_id_agent_id_score", table_name="counted_evaluations")
    op.drop_table("counted_evaluations")
    op.drop_index(op.f("ix_calibration_calls_call_id"), table_name="calibration_calls")
    op.drop_table("calibration_calls")
    op.drop_table("score_tallies")
    op.drop_index(op.f("ix_calibrations_policy_id"), table_name="calibrations")
    op.drop_index("ix_calibrations_org_id_id", table_name="calibrations")
    op.drop_table("calibrations")
