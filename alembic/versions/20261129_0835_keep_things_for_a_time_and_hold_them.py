"""Keep things for as long as an organisation says, and hold what must stay.

Safe while the previous release still runs: tables that it does not know, and a trigger that lets
pass what that release never does.

Revision ID: 20261129_0835
Revises: 20261129_0350
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_0835"
down_revision = "20261129_0350"
branch_labels = None
depends_on = None

_REFUSE = """
create or replace function refuse_change_of_audit() returns trigger language plpgsql as $$
begin
    {unless}
    raise exception 'The audit log is only ever added to.' using errcode = 'restrict_violation';
end $$
"""
_UNLESS = """
    if tg_op = 'DELETE' and current_setting('ringback.prunes_audit', true) = 'on' then
        return null;
    end if;
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    json = postgresql.JSONB(none_as_null=True)
    op.create_table(
        "retention_policies",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("periods", json, nullable=False),
        sa.Column("agents", json, nullable=False),
        sa.Column("marks", json, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_retention_policies_org_id")
        ),
        sa.PrimaryKeyConstraint("org_id", name="pk_retention_policies"),
    )
    op.create_table(
        "cleanups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("removed", json, nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_cleanups_org_id")),
        sa.PrimaryKeyConstraint("id", name="pk_cleanups"),
    )
    op.create_index("ix_cleanups_org_id_id", "cleanups", ["org_id", sa.text("id desc")])
    op.create_table(
        "holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("phone_number", sa.String(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_holds_org_id")),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_index("ix_holds_org_id_id", "holds", ["org_id", sa.text("id desc")])
    op.execute(_REFUSE.format(unless=_UNLESS))


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.execute(_REFUSE.format(unless=""))
    op.drop_table("holds")
    op.drop_table("cleanups")
    op.drop_table("retention_policies")
