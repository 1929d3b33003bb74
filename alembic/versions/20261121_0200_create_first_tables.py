"""Create the first tables, the log's notification, and the job queue.

Safe while the previous release still runs: there is none before this.

Revision ID: 20261121_0200
"""

import sqlalchemy as sa
from alembic import op
from pgqueuer.adapters.persistence.schema_ddl import render_install, render_uninstall
from pgqueuer.domain.settings import DBSettings
from sqlalchemy.dialects import postgresql

revision = "20261121_0200"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "transaction_id",
            sa.BigInteger(),
            server_default=sa.text("((pg_current_xact_id())::text)::bigint"),
            nullable=False,
        ),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_at", "events", ["at"], unique=False)
    op.create_index(
        "ix_events_call_id_id",
        "events",
        ["call_id", "id"],
        unique=False,
        postgresql_where=sa.text("call_id is not null"),
    )
    op.create_index("ix_events_transaction_id_id", "events", ["transaction_id", "id"], unique=False)
    op.create_table(
        "log_horizon",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_horizon"),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("slug", name="uq_organisations_slug"),
    )
    op.create_table(
        "schedules",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_schedules"),
    )
    op.create_table(
        "agents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("retell_agent_id", sa.String(), nullable=True),
        sa.Column("retell_llm_id", sa.String(), nullable=True),
        sa.Column("publishing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_agents_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
        sa.UniqueConstraint("retell_agent_id", name="uq_agents_retell_agent_id"),
    )
    op.create_index("ix_agents_org_id", "agents", ["org_id"], unique=False)
    op.create_table(
        "dial_queues",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("next_start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("concurrency_limit", sa.Integer(), nullable=True),
        sa.Column("foreign_calls", sa.Integer(), nullable=False),
        sa.Column("limit_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_reason", sa.String(), nullable=True),
        sa.Column("stopped_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_dial_queues_org_id"),
        sa.PrimaryKeyConstraint("org_id", name="pk_dial_queues"),
    )
    op.create_table(
        "sweeps",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("swept_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_sweeps_org_id"),
        sa.PrimaryKeyConstraint("org_id", name="pk_sweeps"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_users_org_id"),
        sa.CheckConstraint("role in ('admin', 'manager', 'reviewer')", name="ck_users_role"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_index("ix_users_org_id", "users", ["org_id"], unique=False)
    op.create_table(
        "webhook_rejections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name="fk_webhook_rejections_org_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_rejections"),
    )
    op.create_index(
        "ix_webhook_rejections_org_id_at", "webhook_rejections", ["org_id", "at"], unique=False
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("retell_call_id", sa.String(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("repeats", sa.Integer(), server_default="0", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_webhooks_org_id"),
        sa.CheckConstraint(
            "state in ('received', 'applied', 'ignored', 'failed')", name="ck_webhooks_state"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sa.UniqueConstraint("org_id", "body_sha256", name="uq_webhooks_org_id_body_sha256"),
    )
    op.create_index(
        "ix_webhooks_body_kept",
        "webhooks",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("body is not null"),
    )
    op.create_index(
        "ix_webhooks_org_id_id", "webhooks", ["org_id", sa.literal_column("id desc")], unique=False
    )
    op.create_index(
        "ix_webhooks_org_id_received_at", "webhooks", ["org_id", "received_at"], unique=False
    )
    op.create_index(
        "ix_webhooks_org_id_state_id",
        "webhooks",
        ["org_id", "state", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index("ix_webhooks_retell_call_id", "webhooks", ["retell_call_id"], unique=False)
    op.create_table(
        "agent_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("retell_version", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_agent_versions_agent_id"),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_agent_versions_org_id"),
        sa.ForeignKeyConstraint(
            ["published_by"], ["users.id"], name="fk_agent_versions_published_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agent_versions"),
        sa.UniqueConstraint("agent_id", "version", name="uq_agent_versions_agent_id_version"),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("agent_version", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_reason", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_by_source", sa.String(), nullable=True),
        sa.Column("to_number", sa.String(), nullable=True),
        sa.Column("from_number", sa.String(), nullable=True),
        sa.Column("variables", postgresql.JSONB(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("request_hash", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dialed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("news_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retell_call_id", sa.String(), nullable=True),
        sa.Column("known", postgresql.JSONB(), nullable=False),
        sa.Column("transcript", postgresql.JSONB(), nullable=False),
        sa.Column("seen", postgresql.JSONB(), nullable=False),
        sa.Column("repaired", postgresql.JSONB(), nullable=False),
        sa.Column("repaired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("sentiment", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_calls_agent_id"),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_calls_org_id"),
        sa.CheckConstraint(
            "source in ('outbound', 'inbound', 'web', 'upload')", name="ck_calls_source"
        ),
        sa.CheckConstraint(
            "status in ('scheduled', 'queued', 'dialing', 'in_progress', 'ended', 'not_connected', 'failed', 'canceled')",
            name="ck_calls_status",
        ),
        sa.CheckConstraint(
            "answered_by in ('human', 'voicemail', 'screening', 'ivr', 'nobody', 'unknown')",
            name="ck_calls_answered_by",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("org_id", "idempotency_key", name="uq_calls_org_id_idempotency_key"),
        sa.UniqueConstraint("retell_call_id", name="uq_calls_retell_call_id"),
    )
    op.create_index(
        "ix_calls_check_at",
        "calls",
        ["check_at"],
        unique=False,
        postgresql_where=sa.text("check_at is not null"),
    )
    op.create_index(
        "ix_calls_due",
        "calls",
        ["org_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("status in ('scheduled', 'queued')"),
    )
    op.create_index(
        "ix_calls_org_id_agent_id_id",
        "calls",
        ["org_id", "agent_id", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index("ix_calls_org_id_created_at", "calls", ["org_id", "created_at"], unique=False)
    op.create_index(
        "ix_calls_org_id_from_number",
        "calls",
        ["org_id", "from_number", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_calls_org_id_id", "calls", ["org_id", sa.literal_column("id desc")], unique=False
    )
    op.create_index(
        "ix_calls_org_id_status_id",
        "calls",
        ["org_id", "status", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_calls_org_id_to_number",
        "calls",
        ["org_id", "to_number", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_calls_repaired",
        "calls",
        ["org_id", "repaired_at"],
        unique=False,
        postgresql_where=sa.text("repaired_at is not null"),
    )
    op.create_index(
        "ix_calls_running",
        "calls",
        ["org_id"],
        unique=False,
        postgresql_where=sa.text("status in ('dialing', 'in_progress')"),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_sessions_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_user_sessions"),
    )
    op.create_index("ix_user_sessions_user_id", "user_sessions", ["user_id"], unique=False)
    op.create_table(
        "records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("source_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=True),
        sa.Column("output_tokens", sa.Integer(), nullable=True),
        sa.Column("cost_cents", sa.Float(), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_records_call_id"),
        sa.ForeignKeyConstraint(["corrected_by"], ["users.id"], name="fk_records_corrected_by"),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_records_org_id"),
        sa.CheckConstraint(
            "status in ('pending', 'valid', 'needs_review', 'failed', 'corrected')",
            name="ck_records_status",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("call_id", "revision", name="uq_records_call_id_revision"),
    )
    # The payload lets a reader know which transaction it is to see before it rests.
    op.execute(
        """
        create function notify_events() returns trigger language plpgsql as $$
        begin
            perform pg_notify('ringback_events', pg_current_xact_id()::text);
            return null;
        end
        $$
        """
    )
    op.execute(
        """
        create trigger notify_events after insert on events
        for each statement execute function notify_events()
        """
    )
    _run(render_install(DBSettings()))


def _run(script: str) -> None:
    """Run several statements at once, which a prepared statement may not hold."""
    connection = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda asyncpg_connection: asyncpg_connection.execute(script))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    _run(render_uninstall(DBSettings()))
    op.drop_table("records")
    op.drop_index("ix_user_sessions_user_id", table_name="user_sessions")
    op.drop_table("user_sessions")
    op.drop_index(
        "ix_calls_running",
        table_name="calls",
        postgresql_where=sa.text("status in ('dialing', 'in_progress')"),
    )
    op.drop_index(
        "ix_calls_repaired", table_name="calls", postgresql_where=sa.text("repaired_at is not null")
    )
    op.drop_index("ix_calls_org_id_to_number", table_name="calls")
    op.drop_index("ix_calls_org_id_status_id", table_name="calls")
    op.drop_index("ix_calls_org_id_id", table_name="calls")
    op.drop_index("ix_calls_org_id_from_number", table_name="calls")
    op.drop_index("ix_calls_org_id_created_at", table_name="calls")
    op.drop_index("ix_calls_org_id_agent_id_id", table_name="calls")
    op.drop_index(
        "ix_calls_due",
        table_name="calls",
        postgresql_where=sa.text("status in ('scheduled', 'queued')"),
    )
    op.drop_index(
        "ix_calls_check_at", table_name="calls", postgresql_where=sa.text("check_at is not null")
    )
    op.drop_table("calls")
    op.drop_table("agent_versions")
    op.drop_index("ix_webhooks_retell_call_id", table_name="webhooks")
    op.drop_index("ix_webhooks_org_id_state_id", table_name="webhooks")
    op.drop_index("ix_webhooks_org_id_received_at", table_name="webhooks")
    op.drop_index("ix_webhooks_org_id_id", table_name="webhooks")
    op.drop_index(
        "ix_webhooks_body_kept", table_name="webhooks", postgresql_where=sa.text("body is not null")
    )
    op.drop_table("webhooks")
    op.drop_index("ix_webhook_rejections_org_id_at", table_name="webhook_rejections")
    op.drop_table("webhook_rejections")
    op.drop_index("ix_users_org_id", table_name="users")
    op.drop_table("users")
    op.drop_table("sweeps")
    op.drop_table("dial_queues")
    op.drop_index("ix_agents_org_id", table_name="agents")
    op.drop_table("agents")
    op.drop_table("schedules")
    op.drop_table("organisations")
    op.drop_table("log_horizon")
    op.drop_index("ix_events_transaction_id_id", table_name="events")
    op.drop_index(
        "ix_events_call_id_id", table_name="events", postgresql_where=sa.text("call_id is not null")
    )
    op.drop_index("ix_events_at", table_name="events")
    op.drop_table("events")
    op.execute("drop function notify_events()")
