"""What accounts keep about people: about those who work with the service, and nobody they call."""

from backend.auth import audit
from backend.platform.people.personal_data import Holdings, KeptKind
from backend.providers.runtime import Runtime

_COLLEAGUES = "about those who work with the service; it goes with their account"

HOLDINGS = Holdings[Runtime](
    "auth",
    prunes={KeptKind.AUDIT: audit.prune},
    harmless={
        "api_keys": _COLLEAGUES,
        "audit_entries": "who did what to which object, by its id; no route notes whom",
        "organisation_keys": "keys for other services, encrypted",
        "organisations": "the organisation itself",
        "password_links": "hashes",
        "rate_counters": "hashes and network addresses of those who log in, for hours",
        "user_sessions": "hashes",
        "users": _COLLEAGUES,
    },
)
