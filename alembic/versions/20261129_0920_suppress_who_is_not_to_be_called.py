"""Suppress who is not to be called, and keep what people agree to.

Safe while the previous release still runs: it only adds tables that release knows nothing of. Who
asked before is entered from the calls. What that release still takes in meanwhile is entered when
Retell tells of the call again, as it does once it has analyzed it.

Revision ID: 20261129_0920
Revises: 20261129_0850
"""

import sqlalchemy as sa
from alembic import op

from backend.platform.migrations import move

revision = "20261129_0920"
down_revision = "20261129_0850"
branch_labels = None
depends_on = None

_SCOPES = "in ('all', 'service', 'marketing', 'emergency')"
_ASKED = """
insert into suppressions (id, org_id, to_number, scope, source, call_id, asked_at, created_at)
select id, org_id, number, 'all', 'retell', id, asked_at, asked_at from (
    select id, org_id, coalesce(ended_at, created_at) as asked_at,
        case source when 'inbound' then from_number when 'outbound' then to_number end as number
    from calls
    where id > :after and id <= :until and status_reason = 'user_requested_dnc'
) as asked
where number is not null
on conflict do nothing
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("to_number", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"scope {_SCOPES}", name=op.f("ck_suppressions_scope")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_suppressions_org_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
    )
    op.create_index(
        "uq_suppressions_org_id_call_id_source",
        "suppressions",
        ["org_id", "call_id", "source"],
        unique=True,
        postgresql_where=sa.text("source in ('retell', 'record')"),
    )
    op.create_index("ix_suppressions_org_id_to_number", "suppressions", ["org_id", "to_number"])
    op.create_index("ix_suppressions_org_id_id", "suppressions", ["org_id", "id"])
    op.create_table(
        "suppression_quotes",
        sa.Column("suppression_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["suppression_id"],
            ["suppressions.id"],
            name=op.f("fk_suppression_quotes_suppression_id_suppressions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id"],
            ["organisations.id"],
            name=op.f("fk_suppression_quotes_org_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("suppression_id", name=op.f("pk_suppression_quotes")),
    )
    op.create_index(op.f("ix_suppression_quotes_call_id"), "suppression_quotes", ["call_id"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("to_number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('express', 'written')", name=op.f("ck_consents_kind")),
        sa.CheckConstraint(f"purpose {_SCOPES}", name=op.f("ck_consents_purpose")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_consents_org_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_org_id_to_number", "consents", ["org_id", "to_number"])
    op.create_index("ix_consents_org_id_id", "consents", ["org_id", "id"])
    move(op.get_bind(), "calls", "id", _ASKED)


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    for table in ("consents", "suppression_quotes", "suppressions"):
        op.drop_table(table)
