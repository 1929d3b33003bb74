"""Let organisations have keys and limits of their own.

Safe while the previous release still runs: it only adds.

Revision ID: dc8f50596e5b
Revises: 5e50fdeba9c6
"""

import sqlalchemy as sa
from alembic import op

revision = "dc8f50596e5b"
down_revision = "5e50fdeba9c6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "organisation_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("ends_with", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_organisation_keys_org_id")
        ),
        sa.CheckConstraint(
            "name in ('retell_api_key', 'retell_webhook_key', 'retell_webhook_key_previous', "
            "'openai_api_key', 'anthropic_api_key', 'gemini_api_key')",
            name=op.f("ck_organisation_keys_name"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_keys")),
        sa.UniqueConstraint("org_id", "name", name=op.f("uq_organisation_keys_org_id_name")),
    )
    op.create_table(
        "rate_counters",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_counters")),
        prefixes=["UNLOGGED"],
    )
    op.add_column("organisations", sa.Column("from_number", sa.String(), nullable=True))
    op.add_column("organisations", sa.Column("llm_model", sa.String(), nullable=True))
    op.add_column("organisations", sa.Column("calls_per_minute", sa.Integer(), nullable=True))
    op.add_column("organisations", sa.Column("requests_per_minute", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("organisations", "requests_per_minute")
    op.drop_column("organisations", "calls_per_minute")
    op.drop_column("organisations", "llm_model")
    op.drop_column("organisations", "from_number")
    op.drop_table("rate_counters")
    op.drop_table("organisation_keys")
