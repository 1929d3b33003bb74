"""Let accounts be invited, deactivated and audited.

Safe while the previous release still runs: it only adds, and lets a password be missing.

Revision ID: 5e50fdeba9c6
Revises: 20261121_1106
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5e50fdeba9c6"
down_revision = "20261121_1106"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=True),
        sa.Column(
            "details", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisations.id"], name=op.f("fk_audit_entries_org_id")
        ),
        sa.CheckConstraint(
            "actor_kind in ('user', 'api_key', 'operator')",
            name=op.f("ck_audit_entries_actor_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_org_id_id", "audit_entries", ["org_id", "id"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("key_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_api_keys_created_by")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_api_keys_org_id")),
        sa.CheckConstraint(
            "role in ('admin', 'manager', 'reviewer')", name=op.f("ck_api_keys_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_sha256", name=op.f("uq_api_keys_key_sha256")),
    )
    op.create_index(op.f("ix_api_keys_org_id"), "api_keys", ["org_id"], unique=False)
    op.create_table(
        "password_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_password_links_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_links")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_password_links_secret_sha256")),
    )
    op.create_index(op.f("ix_password_links_user_id"), "password_links", ["user_id"], unique=False)
    op.add_column("user_sessions", sa.Column("secret_sha256", sa.LargeBinary(), nullable=True))
    op.add_column("user_sessions", sa.Column("previous_sha256", sa.LargeBinary(), nullable=True))
    op.add_column(
        "user_sessions", sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_unique_constraint(
        op.f("uq_user_sessions_previous_sha256"), "user_sessions", ["previous_sha256"]
    )
    op.create_unique_constraint(
        op.f("uq_user_sessions_secret_sha256"), "user_sessions", ["secret_sha256"]
    )
    op.add_column("users", sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("users", "password_hash", existing_type=sa.VARCHAR(), nullable=True)
    op.execute(_REFUSE)
    op.execute(
        "create trigger audit_entries_stay before update or delete or truncate on audit_entries "
        "for each statement execute function refuse_change_of_audit()"
    )


_REFUSE = """
create function refuse_change_of_audit() returns trigger language plpgsql as $$
begin
    raise exception 'The audit log is only ever added to.' using errcode = 'restrict_violation';
end $$
"""

_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$ND7pxces9r8pMVEBQL9SXA"
    "$25OXxwLuafLFgzpwA70+3r4Tyfr/eFnh6zGdbY4ucPo"
)


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.execute("drop trigger audit_entries_stay on audit_entries")
    op.execute("drop function refuse_change_of_audit()")
    # Users who never had a password get one that nothing matches.
    op.execute(
        sa.text("update users set password_hash = :nobodys where password_hash is null").bindparams(
            nobodys=_NOBODYS
        )
    )
    op.alter_column("users", "password_hash", existing_type=sa.VARCHAR(), nullable=False)
    op.drop_column("users", "deactivated_at")
    op.drop_column("users", "last_login_at")
    op.drop_constraint(op.f("uq_user_sessions_secret_sha256"), "user_sessions", type_="unique")
    op.drop_constraint(op.f("uq_user_sessions_previous_sha256"), "user_sessions", type_="unique")
    op.drop_column("user_sessions", "rotated_at")
    op.drop_column("user_sessions", "previous_sha256")
    op.drop_column("user_sessions", "secret_sha256")
    op.drop_index(op.f("ix_password_links_user_id"), table_name="password_links")
    op.drop_table("password_links")
    op.drop_index(op.f("ix_api_keys_org_id"), table_name="api_keys")
    op.drop_table("api_keys")
    op.drop_index("ix_audit_entries_org_id_id", table_name="audit_entries")
    op.drop_table("audit_entries")
