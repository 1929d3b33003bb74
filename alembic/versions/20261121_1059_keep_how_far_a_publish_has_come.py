"""Keep how far a publish has come, phone numbers' agents and what is known about callers.

Safe while the previous release still runs: it only adds, and new columns have defaults.

Revision ID: 466d2a4a983d
Revises: 20261121_0200
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "466d2a4a983d"
down_revision = "20261121_0200"
branch_labels = None
depends_on = None

_ENUMS = {
    "engine": ("retell_llm", "conversation_flow", "custom_llm"),
    "sync_state": ("unknown", "in_sync", "drifted", "missing"),
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "inbound_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("phone_number", sa.String(), nullable=True),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column(
            "variables", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_inbound_rules_org_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_rules")),
        sa.UniqueConstraint(
            "org_id",
            "caller",
            "phone_number",
            name=op.f("uq_inbound_rules_org_id_caller_phone_number"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "number_bindings",
        sa.Column("phone_number", sa.String(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("inbound_agent_id", sa.Uuid(), nullable=True),
        sa.Column("outbound_agent_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbound_agent_id"], ["agents.id"], name=op.f("fk_number_bindings_inbound_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_number_bindings_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["outbound_agent_id"], ["agents.id"], name=op.f("fk_number_bindings_outbound_agent_id")
        ),
        sa.PrimaryKeyConstraint("phone_number", name=op.f("pk_number_bindings")),
    )
    op.create_index(
        op.f("ix_number_bindings_inbound_agent_id"),
        "number_bindings",
        ["inbound_agent_id"],
        unique=False,
    )
    op.create_index(op.f("ix_number_bindings_org_id"), "number_bindings", ["org_id"], unique=False)
    op.create_index(
        op.f("ix_number_bindings_outbound_agent_id"),
        "number_bindings",
        ["outbound_agent_id"],
        unique=False,
    )
    op.add_column(
        "agents", sa.Column("draft_revision", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column(
        "agents", sa.Column("engine", sa.String(), server_default="retell_llm", nullable=False)
    )
    op.add_column("agents", sa.Column("publish_step", sa.String(), nullable=True))
    op.add_column("agents", sa.Column("publish_error", sa.String(), nullable=True))
    op.add_column(
        "agents", sa.Column("sync_state", sa.String(), server_default="unknown", nullable=False)
    )
    op.add_column("agents", sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True))
    for name, values in _ENUMS.items():
        listed = ", ".join(f"'{value}'" for value in values)
        op.create_check_constraint(op.f(f"ck_agents_{name}"), "agents", f"{name} in ({listed})")


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("agents", "synced_at")
    op.drop_column("agents", "sync_state")
    op.drop_column("agents", "publish_error")
    op.drop_column("agents", "publish_step")
    op.drop_column("agents", "engine")
    op.drop_column("agents", "draft_revision")
    op.drop_index(op.f("ix_number_bindings_outbound_agent_id"), table_name="number_bindings")
    op.drop_index(op.f("ix_number_bindings_org_id"), table_name="number_bindings")
    op.drop_index(op.f("ix_number_bindings_inbound_agent_id"), table_name="number_bindings")
    op.drop_table("number_bindings")
    op.drop_table("inbound_rules")
