"""Work through lists of contacts.

Safe while the previous release still runs: it only adds tables, and a column that may be empty.

Revision ID: 20261129_1313
Revises: 20261129_1312
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_1313"
down_revision = "20261129_1312"
branch_labels = None
depends_on = None


_PURPOSES = "in ('service', 'marketing', 'emergency')"
_STATUSES = "in ('draft', 'scheduled', 'running', 'paused', 'completed', 'canceled')"
_STATES = "in ('waiting', 'running', 'done', 'exhausted', 'refused', 'canceled')"
_OUTCOMES = (
    "in ('answered', 'voicemail', 'screening', 'ivr', 'busy', 'no_answer', 'declined', "
    "'invalid_number', 'not_connected', 'failed', 'refused', 'withdrawn')"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("agent_version", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_reason", sa.String(), nullable=True),
        sa.Column(
            "policy", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("max_concurrent", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Float(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("watched_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_campaigns_agent_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_campaigns_org_id")),
        sa.CheckConstraint(f"purpose {_PURPOSES}", name=op.f("ck_campaigns_purpose")),
        sa.CheckConstraint(f"status {_STATUSES}", name=op.f("ck_campaigns_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_index(
        "ix_campaigns_open",
        "campaigns",
        ["org_id", "status"],
        unique=False,
        postgresql_where=sa.text("status in ('scheduled', 'running')"),
    )
    op.create_index(
        "ix_campaigns_org_id_id",
        "campaigns",
        ["org_id", sa.text("id desc")],
        unique=False,
    )
    op.create_table(
        "campaign_contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("to_number", sa.String(), nullable=False),
        sa.Column(
            "variables", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column(
            "metadata", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("postal_code", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_attempt", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("callbacks", sa.Integer(), nullable=False),
        sa.Column("callback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_outcome", sa.String(), nullable=True),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_contacts_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_campaign_contacts_org_id")
        ),
        sa.CheckConstraint(f"state {_STATES}", name=op.f("ck_campaign_contacts_state")),
        sa.CheckConstraint(
            f"last_outcome {_OUTCOMES}", name=op.f("ck_campaign_contacts_last_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_contacts")),
        sa.UniqueConstraint(
            "campaign_id", "to_number", name=op.f("uq_campaign_contacts_campaign_id_to_number")
        ),
    )
    op.create_index(
        "ix_campaign_contacts_check_at",
        "campaign_contacts",
        ["check_at"],
        unique=False,
        postgresql_where=sa.text("check_at is not null"),
    )
    op.create_index(
        "ix_campaign_contacts_due",
        "campaign_contacts",
        ["campaign_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_campaign_contacts_listed",
        "campaign_contacts",
        ["campaign_id", "state", "id"],
        unique=False,
    )
    op.create_index(
        "ix_campaign_contacts_org_id_to_number",
        "campaign_contacts",
        ["org_id", "to_number"],
        unique=False,
    )
    op.create_table(
        "campaign_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("from_number", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("cost_cents", sa.Float(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_attempts_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["campaign_contacts.id"],
            name=op.f("fk_campaign_attempts_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_campaign_attempts_org_id")
        ),
        sa.CheckConstraint(f"outcome {_OUTCOMES}", name=op.f("ck_campaign_attempts_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_attempts")),
        sa.UniqueConstraint("call_id", name=op.f("uq_campaign_attempts_call_id")),
        sa.UniqueConstraint(
            "contact_id", "number", name=op.f("uq_campaign_attempts_contact_id_number")
        ),
    )
    op.create_index(
        "ix_campaign_attempts_from_number",
        "campaign_attempts",
        ["org_id", "from_number", "claimed_at"],
        unique=False,
    )
    op.create_index(
        "ix_campaign_attempts_latest",
        "campaign_attempts",
        ["campaign_id", sa.text("claimed_at desc")],
        unique=False,
    )
    op.create_index(
        "ix_campaign_attempts_running",
        "campaign_attempts",
        ["campaign_id"],
        unique=False,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.add_column("calls", sa.Column("dial_before", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("calls", "dial_before")
    op.drop_index(
        "ix_campaign_attempts_running",
        table_name="campaign_attempts",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_index("ix_campaign_attempts_latest", table_name="campaign_attempts")
    op.drop_index("ix_campaign_attempts_from_number", table_name="campaign_attempts")
    op.drop_table("campaign_attempts")
    op.drop_index("ix_campaign_contacts_org_id_to_number", table_name="campaign_contacts")
    op.drop_index("ix_campaign_contacts_listed", table_name="campaign_contacts")
    op.drop_index(
        "ix_campaign_contacts_due",
        table_name="campaign_contacts",
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(
        "ix_campaign_contacts_check_at",
        table_name="campaign_contacts",
        postgresql_where=sa.text("check_at is not null"),
    )
    op.drop_table("campaign_contacts")
    op.drop_index("ix_campaigns_org_id_id", table_name="campaigns")
    op.drop_index(
        "ix_campaigns_open",
        table_name="campaigns",
        postgresql_where=sa.text("status in ('scheduled', 'running')"),
    )
    op.drop_table("campaigns")
