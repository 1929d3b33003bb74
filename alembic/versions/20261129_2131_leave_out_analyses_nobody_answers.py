"""leave out analyses nobody answers

Safe while the previous release still runs: it writes none of the new reason; where it reads one,
it refuses that list until it is replaced, and loses nothing. The table's constraint is only looked
at for new rows at first, so nobody waits for all of them to be read.

Revision ID: 20261129_2131
Revises: 20261129_2150
"""

from alembic import op

revision = "20261129_2131"
down_revision = "20261129_2150"
branch_labels = None
depends_on = None

_NAME = "ck_call_analyses_left_out_reason"
_BEFORE = "'budget', 'too_long', 'no_price', 'switched_off'"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    _allow(f"{_BEFORE}, 'model_unavailable'")


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.execute(
        "update call_analyses set status = 'failed', left_out_reason = null "
        "where left_out_reason = 'model_unavailable'"
    )
    _allow(_BEFORE)


def _allow(reasons: str) -> None:
    op.execute(f"alter table call_analyses drop constraint {_NAME}")
    op.execute(
        f"alter table call_analyses add constraint {_NAME} "
        f"check (left_out_reason in ({reasons})) not valid"
    )
