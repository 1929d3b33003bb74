"""Give calls that came as recordings the names of their files.

Safe while the previous release still runs: it locks the rows of a part at a time. What that release
makes of a recording afterwards has no name; nothing but the list shows it.

Revision ID: 20261129_1702
Revises: 20261129_1701
"""

from alembic import op

from backend.platform import migrations

revision = "20261129_1702"
down_revision = "20261129_1701"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    migrations.move(
        op.get_bind(),
        "recordings",
        "id",
        """
        update calls set file_name = recordings.file_name
        from recordings
        where recordings.id > :after and recordings.id <= :until
          and recordings.call_id = calls.id and calls.source = 'upload'
        """,
    )


def downgrade() -> None:
    pass
