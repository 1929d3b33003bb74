"""End API keys with who made them.

Safe while the previous release still runs: it only adds. Keys whose maker has been deactivated are
revoked: until now they went on working.

Revision ID: 20261128_1920
Revises: 20261121_1432
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_1920"
down_revision = "20261121_1432"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("api_keys", sa.Column("made_with", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_api_keys_made_with"), "api_keys", "api_keys", ["made_with"], ["id"]
    )
    op.create_index(op.f("ix_api_keys_made_with"), "api_keys", ["made_with"])
    op.execute(
        "update api_keys set revoked_at = now() from users "
        "where users.id = api_keys.created_by and users.deactivated_at is not null "
        "and api_keys.revoked_at is null"
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_column("api_keys", "made_with")
