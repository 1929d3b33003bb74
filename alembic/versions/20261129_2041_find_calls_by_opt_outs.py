"""Find calls by what became of an opt-out, and those whose agent denies to be a machine.

Safe while the previous release still runs: nobody waits for the indexes, and what it finds calls by
stays until they are there.

Revision ID: 20261129_2041
Revises: 20261129_2040
"""

import sqlalchemy as sa
from alembic import op

from backend.platform import migrations

revision = "20261129_2041"
down_revision = "20261129_2040"
branch_labels = None
depends_on = None

_FORMER = "ix_call_conduct_org_id_call_id_to_look_at"
_NOTICED = "ix_call_conduct_org_id_call_id_noticed"
_OPT_OUTS = "ix_call_conduct_org_id_opt_out_status_call_id"


def upgrade() -> None:
    migrations.add_index(
        op,
        _NOTICED,
        "call_conduct",
        ["org_id", sa.text("call_id desc")],
        where=sa.text("lacks <> '{}' or opt_out_status is not null or denial is not null"),
    )
    migrations.add_index(
        op,
        _OPT_OUTS,
        "call_conduct",
        ["org_id", "opt_out_status", sa.text("call_id desc")],
        where=sa.text("opt_out_status is not null"),
    )
    op.execute("set local lock_timeout = '4s'")
    op.drop_index(_FORMER, "call_conduct")


def downgrade() -> None:
    migrations.add_index(
        op,
        _FORMER,
        "call_conduct",
        ["org_id", sa.text("call_id desc")],
        where=sa.text("lacks <> '{}' or opt_out_status is not null"),
    )
    op.execute("set local lock_timeout = '4s'")
    op.drop_index(_OPT_OUTS, "call_conduct")
    op.drop_index(_NOTICED, "call_conduct")
