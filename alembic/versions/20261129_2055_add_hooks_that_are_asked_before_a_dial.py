"""add hooks that are asked before a dial

Safe while the previous release still runs: both tables are new, and it knows neither. Until all of
it is gone, calls that it dials ask no hook.

Revision ID: 20261129_2055
Revises: 20261129_2041
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_2055"
down_revision = "20261129_2041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "compliance_hooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("previous_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purposes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("agent_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("timeout_ms", sa.Integer(), nullable=False),
        sa.Column("keep_seconds", sa.Integer(), nullable=False),
        sa.Column("on_failure", sa.String(), nullable=False),
        sa.Column("open_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "on_failure in ('closed', 'open')", name=op.f("ck_compliance_hooks_on_failure")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_compliance_hooks_org_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_hooks")),
    )
    op.create_index(
        "uq_compliance_hooks_org_id_name",
        "compliance_hooks",
        ["org_id", "name"],
        unique=True,
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_table(
        "hook_inquiries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("hook_id", sa.Uuid(), nullable=False),
        sa.Column("to_number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column(
            "question", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column(
            "answer", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("open_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose in ('all', 'service', 'marketing', 'emergency')",
            name=op.f("ck_hook_inquiries_purpose"),
        ),
        sa.CheckConstraint(
            "status in ('asking', 'allowed', 'refused', 'failed')",
            name=op.f("ck_hook_inquiries_status"),
        ),
        sa.ForeignKeyConstraint(
            ["hook_id"], ["compliance_hooks.id"], name=op.f("fk_hook_inquiries_hook_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_hook_inquiries_org_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_inquiries")),
    )
    op.create_index(
        "ix_hook_inquiries_call_id",
        "hook_inquiries",
        ["call_id"],
        unique=False,
        postgresql_where=sa.text("call_id is not null"),
    )
    op.create_index(
        "ix_hook_inquiries_hook_id_to_number_id",
        "hook_inquiries",
        ["hook_id", "to_number", "id"],
        unique=False,
    )
    op.create_index("ix_hook_inquiries_org_id_id", "hook_inquiries", ["org_id", "id"], unique=False)
    op.create_index(
        "ix_hook_inquiries_org_id_to_number",
        "hook_inquiries",
        ["org_id", "to_number"],
        unique=False,
    )
    op.create_index(
        "uq_hook_inquiries_asking",
        "hook_inquiries",
        [
            "hook_id",
            "to_number",
            "purpose",
            sa.literal_column("coalesce(agent_id, '00000000-0000-0000-0000-000000000000')"),
        ],
        unique=True,
        postgresql_where=sa.text("status = 'asking'"),
    )
    # What was answered is proof: it goes with age and with whom it is about, and never changes.
    op.execute(
        """
        create function refuse_change_of_inquiry() returns trigger language plpgsql as $$
        begin
            raise exception 'hook_inquiries: what was answered is not changed'
                using errcode = 'restrict_violation';
        end $$
        """
    )
    op.execute(
        """
        create trigger inquiries_are_answered_once before update on hook_inquiries
        for each row when (old.status <> 'asking')
        execute function refuse_change_of_inquiry()
        """
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_index(
        "uq_hook_inquiries_asking",
        table_name="hook_inquiries",
        postgresql_where=sa.text("status = 'asking'"),
    )
    op.drop_index("ix_hook_inquiries_org_id_to_number", table_name="hook_inquiries")
    op.drop_index("ix_hook_inquiries_org_id_id", table_name="hook_inquiries")
    op.drop_index("ix_hook_inquiries_hook_id_to_number_id", table_name="hook_inquiries")
    op.drop_index(
        "ix_hook_inquiries_call_id",
        table_name="hook_inquiries",
        postgresql_where=sa.text("call_id is not null"),
    )
    op.drop_table("hook_inquiries")
    op.execute("drop function refuse_change_of_inquiry()")
    op.drop_index(
        "uq_compliance_hooks_org_id_name",
        table_name="compliance_hooks",
        postgresql_where=sa.text("removed_at is null"),
    )
    op.drop_table("compliance_hooks")
