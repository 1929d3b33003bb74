"""What the database is told about clients that may vanish: to hold nothing for them for long.

The kernel of a process that dies closes its connections. Of a host that has no power, or that no
packet reaches, PostgreSQL hears nothing, and asks after two hours: until then whatever it had
locked stays locked, and the log cannot be read past its transaction.
"""

from urllib.parse import parse_qs, urlsplit

# Ours are over in milliseconds, and nobody waits in the middle of one for anything outside.
IDLE_IN_TRANSACTION_SECONDS = 20
STATEMENT_SECONDS = 25
# A client that vanishes between the messages of one statement leaves a session that is not idle,
# and the server takes no cancellation while it waits for the rest of them. Keepalives find it, if
# what is between has not gone on answering; from PostgreSQL 17 on, so does this.
TRANSACTION_SECONDS = 35
# Below what a command may take: who waits for a lock is told by the server, and keeps its
# connection. A job waits again.
LOCK_SECONDS = 15

LIMITS = {
    "tcp_keepalives_idle": "10s",
    "tcp_keepalives_interval": "5s",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20s",
    "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": f"{LOCK_SECONDS}s",
}


def session_limits(dsn: str, application: str, **others: str) -> dict[str, str]:
    """Name the settings of a connection, but for those that the DSN has set otherwise."""
    settings = LIMITS | {"application_name": application} | others
    return {name: value for name, value in settings.items() if name not in _set_by(dsn)}


def set_statements(dsn: str, application: str) -> str:
    """Write them as statements, for a connection through something that passes no settings on."""
    settings = session_limits(dsn, application)
    statements = [f"set {name} = '{value}'" for name, value in settings.items()]
    if "transaction_timeout" not in _set_by(dsn):
        statements.append(_END_TRANSACTIONS)
    return "; ".join(statements)


_END_TRANSACTIONS = (
    f"select set_config(name, '{TRANSACTION_SECONDS}s', false) from pg_settings "  # noqa: S608 - ours
    "where name = 'transaction_timeout'"
)


def role_statements(dsn: str) -> list[str]:
    """Write them as the defaults of this role in this database.

    Behind a transaction pooler each statement may meet another connection: they have them too.
    """
    return [
        "do $$ begin execute format('alter role %I in database %I set "
        f"{name} = ''{value}''', current_user, current_database()); end $$"
        for name, value in LIMITS.items()
        # Whoever asks long questions by the same role, with other programs, may go on doing so.
        if name not in {*_set_by(dsn), "statement_timeout"}
    ]


def _set_by(dsn: str) -> set[str]:
    return set(parse_qs(urlsplit(dsn).query))
