"""Say of each revision whether it is current and who made it, and keep what models were asked.

Safe while the previous release still reads; stop its workers first, since a record they make
meanwhile is not current before its next revision.

Revision ID: 20261121_1106
Revises: 00f8638a658f
"""

import sqlalchemy as sa
from alembic import op

from backend.platform.migrations import move

revision = "20261121_1106"
down_revision = "00f8638a658f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "record_audits",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("exchanges", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_record_audits_org_id"),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name="fk_record_audits_record_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", name="pk_record_audits"),
    )
    op.add_column(
        "records",
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "records", sa.Column("origin", sa.String(), server_default="extraction", nullable=False)
    )
    op.create_check_constraint(
        "ck_records_origin", "records", "origin in ('extraction', 'correction', 'approval')"
    )
    move(op.get_bind(), "records", "call_id", _TELL_CURRENT, _TELL_CORRECTED)
    for name, columns in _INDEXES.items():
        op.create_index(
            name,
            "records",
            columns,
            unique=name.startswith("uq"),
            postgresql_where=sa.text("is_current"),
        )
    op.drop_constraint("fk_records_call_id", "records", type_="foreignkey")
    op.create_foreign_key(
        "fk_records_call_id", "records", "calls", ["call_id"], ["id"], ondelete="CASCADE"
    )


_TELL_CURRENT = """
update records set is_current = true where id in (
    select distinct on (call_id) id from records
    where call_id > :after and call_id <= :until
    order by call_id, status in ('pending', 'failed'), revision desc
)
"""
_TELL_CORRECTED = """
update records set origin = 'correction'
where status = 'corrected' and call_id > :after and call_id <= :until
"""
_INDEXES = {
    "ix_records_org_id_id_current": ["org_id", "id"],
    "ix_records_org_id_status_id_current": ["org_id", "status", "id"],
    "uq_records_call_id_current": ["call_id"],
}


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.drop_constraint("fk_records_call_id", "records", type_="foreignkey")
    op.create_foreign_key("fk_records_call_id", "records", "calls", ["call_id"], ["id"])
    for name in _INDEXES:
        op.drop_index(name, table_name="records")
    op.drop_constraint("ck_records_origin", "records", type_="check")
    op.drop_column("records", "origin")
    op.drop_column("records", "is_current")
    op.drop_table("record_audits")
