"""Find calls by what they mean, where PostgreSQL has pgvector.

Safe while the previous release still runs: it adds tables, and columns that may be null. Without
pgvector, or the right to create it, all else works; the worker looks for it again.

Revision ID: 20261129_1635
Revises: 20261129_1632
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1635"
down_revision = "20261129_1632"
branch_labels = None
depends_on = None

_EXTENSION = """
do $$ begin
    create extension if not exists vector;
exception when others then
    raise notice 'no pgvector: %', sqlerrm;
end $$
"""
# One partition for each model, made with it. The column's type is pgvector's, from 0.7 up.
_VECTORS = """
create table passage_vectors (
    embedder_id integer not null,
    call_id uuid not null,
    number integer not null,
    org_id uuid not null,
    agent_id uuid not null,
    constraint pk_passage_vectors primary key (call_id, number, embedder_id),
    constraint fk_passage_vectors_call_id_passages
        foreign key (call_id, number) references passages (call_id, number) on delete cascade
) partition by list (embedder_id)
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "embedders",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedders")),
        sa.UniqueConstraint("name", "dimensions", name=op.f("uq_embedders_name_dimensions")),
    )
    op.create_table(
        "meanings",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("embedder_id", sa.Integer(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["embedder_id"], ["embedders.id"], name=op.f("fk_meanings_embedder_id_embedders")
        ),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_meanings_org_id_organisations")
        ),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_meanings")),
    )
    op.add_column("cut_calls", sa.Column("embedder_id", sa.Integer(), nullable=True))
    op.execute(_EXTENSION)
    op.execute(_VECTORS)
    op.execute(
        "create index ix_passage_vectors_org_id_agent_id on passage_vectors (org_id, agent_id)"
    )
    if op.get_bind().scalar(sa.text("select to_regtype('halfvec') is not null")):
        op.execute("alter table passage_vectors add column vector halfvec not null")


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_table("passage_vectors")
    op.drop_column("cut_calls", "embedder_id")
    op.drop_table("meanings")
    op.drop_table("embedders")
