"""Add destinations and their books.

Safe while the previous release still runs: it adds tables, and a trigger that finds no destination
until this release makes one.

Revision ID: 20261128_1940
Revises: 20261128_1935
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261128_1940"
down_revision = "20261128_1935"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "outbox",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "destinations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("watched", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("agent_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("record_statuses", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.String(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previous_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('webhook', 'email', 'airflow', 'object_store')", name="ck_destinations_kind"
        ),
        sa.CheckConstraint(
            "disabled_reason in ('person', 'gone', 'failing')",
            name="ck_destinations_disabled_reason",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_destinations_org_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destinations")),
    )
    op.create_index(
        "ix_destinations_org_id_id",
        "destinations",
        ["org_id", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("last_status_code", sa.Integer(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status in ('pending', 'sending', 'delivered', 'dead', 'held', 'superseded', 'missed')",
            name="ck_deliveries_status",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_deliveries_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destinations.id"],
            name=op.f("fk_deliveries_destination_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_deliveries_org_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "destination_id", "event_id", name=op.f("uq_deliveries_destination_id_event_id")
        ),
    )
    op.create_index(
        "ix_deliveries_call_id_id",
        "deliveries",
        ["call_id", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_deliveries_destination_id_id",
        "deliveries",
        ["destination_id", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["destination_id", "next_attempt_at", "event_id"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_held",
        "deliveries",
        ["destination_id", "call_id"],
        unique=False,
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_index(
        "ix_deliveries_org_id_event_id",
        "deliveries",
        ["org_id", "event", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_deliveries_org_id_status_id",
        "deliveries",
        ["org_id", "status", sa.literal_column("id desc")],
        unique=False,
        postgresql_where=sa.text("status <> 'delivered'"),
    )
    op.create_index(
        "ix_deliveries_destination_id_status_id",
        "deliveries",
        ["destination_id", "status", sa.literal_column("id desc")],
        unique=False,
        postgresql_where=sa.text("status <> 'delivered'"),
    )
    op.create_index(
        "ix_deliveries_org_id_id",
        "deliveries",
        ["org_id", sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_deliveries_sending",
        "deliveries",
        ["destination_id", "lease_until"],
        unique=False,
        postgresql_where=sa.text("status = 'sending'"),
    )
    op.create_index(
        "ix_deliveries_unfinished",
        "deliveries",
        ["destination_id", "call_id", "event_id"],
        unique=False,
        postgresql_where=sa.text("status in ('pending', 'sending')"),
    )
    op.create_table(
        "messages",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("event", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_messages_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_messages_org_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_call_id", "messages", ["call_id"], unique=False)
    op.create_index("ix_messages_created_at", "messages", ["created_at"], unique=False)
    op.create_table(
        "delivery_attempts",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_attempts_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_delivery_attempts")),
    )
    op.create_index(
        "ix_delivery_attempts_destination_id_at",
        "delivery_attempts",
        ["destination_id", sa.literal_column("at desc")],
        unique=False,
    )
    op.execute(
        """
        create function fill_outbox() returns trigger language plpgsql as $$
        declare
            wanted integer;
        begin
            insert into outbox (event_id)
            select fresh.id from fresh where exists (
                select 1 from destinations
                where destinations.org_id = fresh.org_id
                  and fresh.name = any(destinations.watched)
            );
            get diagnostics wanted = row_count;
            if wanted > 0 then
                perform pg_notify('ringback_deliveries', '');
            end if;
            return null;
        end
        $$
        """
    )
    op.execute(
        """
        create trigger fill_outbox after insert on events referencing new table as fresh
        for each statement execute function fill_outbox()
        """
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.execute("drop trigger fill_outbox on events")
    op.execute("drop function fill_outbox()")
    op.drop_table("delivery_attempts")
    op.drop_table("messages")
    op.drop_table("deliveries")
    op.drop_table("destinations")
    op.drop_table("outbox")
