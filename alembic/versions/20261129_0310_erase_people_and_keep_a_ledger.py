"""Erase people and calls, and keep a ledger of who must not come back.

Safe while the previous release still runs: tables that it does not know.

Revision ID: 20261129_0310
Revises: 20261129_0300
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_0310"
down_revision = "20261129_0300"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "ledger_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_keys"),
    )
    op.create_table(
        "erased_subjects",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('number', 'call', 'call_at_retell', 'opt_out')",
            name=op.f("ck_erased_subjects_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_erased_subjects_org_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "digest", name="pk_erased_subjects"),
    )
    op.create_index("ix_erased_subjects_erasure_id", "erased_subjects", ["erasure_id"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("found", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('phone_number', 'call')", name=op.f("ck_erasures_kind")),
        sa.CheckConstraint(
            "status in ('running', 'done', 'failed')", name=op.f("ck_erasures_status")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_erasures_org_id")),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )
    op.create_index("ix_erasures_org_id_id", "erasures", ["org_id", sa.text("id desc")])
    op.create_index("ix_erasures_org_id_subject_digest", "erasures", ["org_id", "subject_digest"])


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("erasures")
    op.drop_table("erased_subjects")
    op.drop_table("ledger_keys")
