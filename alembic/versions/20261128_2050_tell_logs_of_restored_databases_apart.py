"""Tell the log before a restore from the log after it.

Safe while the previous release still runs: positions stay as they are until a database is restored.

Revision ID: 20261128_2050
Revises: 20261128_2040
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_2050"
down_revision = "20261128_2040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "log_epochs",
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cluster", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name="pk_log_epochs"),
    )
    op.execute(
        """
        create function log_base() returns bigint language sql stable
        begin atomic
            select coalesce(max(epoch), 0)::bigint << 44 from log_epochs;
        end
        """
    )
    op.execute(
        """
        alter table events alter column transaction_id
        set default ((pg_current_xact_id())::text)::bigint + log_base()
        """
    )
    _announce("((pg_current_xact_id())::text)::bigint + log_base()")


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    _announce("pg_current_xact_id()")
    op.execute(
        """
        alter table events alter column transaction_id
        set default ((pg_current_xact_id())::text)::bigint
        """
    )
    op.execute("drop function log_base()")
    op.drop_table("log_epochs")


def _announce(position: str) -> None:
    op.execute(
        f"""
        create or replace function notify_events() returns trigger language plpgsql as $$
        begin
            perform pg_notify('ringback_events', ({position})::text);
            return null;
        end
        $$
        """
    )
