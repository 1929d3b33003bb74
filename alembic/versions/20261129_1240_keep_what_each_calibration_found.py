"""Keep what each calibration found of each criterion, by the wording that was measured.

Safe while the previous release still runs: it adds a table and a column that may be null.

Revision ID: 20261129_1240
Revises: 20261129_0925
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1240"
down_revision = "20261129_0925"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "criterion_measurements",
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("raters", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("alpha", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("model_kappa", sa.Float(), nullable=True),
        sa.Column("is_reliable", sa.Boolean(), nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibrations.id"],
            name=op.f("fk_criterion_measurements_calibration_id_calibrations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"],
            ["organisations.id"],
            name=op.f("fk_criterion_measurements_org_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["policies.id"],
            name=op.f("fk_criterion_measurements_policy_id_policies"),
        ),
        sa.PrimaryKeyConstraint("calibration_id", "key", name=op.f("pk_criterion_measurements")),
    )
    op.create_index(
        op.f("ix_criterion_measurements_policy_id"), "criterion_measurements", ["policy_id"]
    )
    op.add_column("criterion_reliability", sa.Column("calibration_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_criterion_reliability_calibration_id_calibrations"),
        "criterion_reliability",
        "calibrations",
        ["calibration_id"],
        ["id"],
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("criterion_reliability", "calibration_id")
    op.drop_table("criterion_measurements")
