"""Keep what was said in passages that a search finds.

Safe while the previous release still runs: it adds tables.

Revision ID: 20261129_1250
Revises: 20261129_1240
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_1250"
down_revision = "20261129_1240"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "cut_calls",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("transcript_hash", sa.String(), nullable=False),
        sa.Column("cut_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_cut_calls_call_id_calls"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_cut_calls_org_id_organisations")
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_cut_calls")),
    )
    op.create_table(
        "passages",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("first_turn", sa.Integer(), nullable=False),
        sa.Column("last_turn", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("stemming", sa.String(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_passages_call_id_calls"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_passages_org_id_organisations")
        ),
        sa.PrimaryKeyConstraint("call_id", "number", name=op.f("pk_passages")),
    )
    op.create_index("ix_passages_words", "passages", ["words"], postgresql_using="gin")
    op.create_index("ix_passages_org_id_stemming", "passages", ["org_id", "stemming"])
    op.create_index("ix_passages_org_id_call_id", "passages", ["org_id", sa.text("call_id desc")])
    op.create_index(
        "ix_passages_agent_id_call_id", "passages", ["agent_id", sa.text("call_id desc")]
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("passages")
    op.drop_table("cut_calls")
