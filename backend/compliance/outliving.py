"""What outlives an erasure: that a number is not to be called, as a keyed hash and nothing else."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance import gate, queries
from backend.compliance.models import Scope, Suppression
from backend.platform.people import erased


def name_of(number: str, scope: Scope) -> str:
    """Name a number that is not to be called, as it goes into the hash."""
    return number if scope is Scope.ALL else f"{number} {scope.value}"


async def list_names(
    session: AsyncSession, org_id: UUID, numbers: Collection[str]
) -> Sequence[str]:
    """Name those of these numbers that are not to be called, for each purpose."""
    names = []
    suppressions = [
        *await queries.list_of_numbers(session, org_id, numbers),
        *await queries.list_opt_outs_of_calls(session, org_id, numbers),
    ]
    consents = await queries.list_consents_of(session, org_id, numbers)
    for number in sorted({each.to_number for each in suppressions}):
        of_number = [each for each in suppressions if each.to_number == number]
        agreed = [each for each in consents if each.to_number == number]
        names += [
            name_of(number, scope)
            for scope in Scope
            if gate.covers(of_number, agreed, scope) is not None
        ]
    return names


async def list_erased(
    session: AsyncSession, secret_keys: Sequence[str], org_id: UUID, numbers: Collection[str]
) -> Sequence[Suppression]:
    """Give what is still known of numbers that were erased. Only a newer consent ends it."""
    named = {name_of(number, scope): (number, scope) for number in numbers for scope in Scope}
    found = await erased.find_opt_outs(session, secret_keys, org_id, list(named))
    return [
        Suppression(
            org_id=org_id,
            to_number=named[name][0],
            scope=named[name][1],
            source=gate.ERASED,
            asked_at=erased_at,
            created_at=erased_at,
        )
        for name, erased_at in found.items()
    ]
