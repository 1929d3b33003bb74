"""Hooks: made, changed, removed and tried."""

from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.compliance import queries as compliance
from backend.compliance.errors import HookInvalid, HookNotFound, TooManyHooks
from backend.compliance.hooks import health, queries, secrets
from backend.compliance.hooks.models import Hook, OnFailure
from backend.compliance.hooks.secrets import PREVIOUS, SIGNING
from backend.platform import clock
from backend.platform.errors import FieldError
from backend.platform.events import JsonObject
from backend.platform.outbound.signing import new_secret
from backend.platform.settings import Settings

# How long the secret before a rotation signs along.
OVERLAP = timedelta(hours=24)
# Each is asked before a dial, and all of them at once.
MOST_HOOKS = 10


async def create_hook(
    session: AsyncSession, org_id: UUID, wanted: JsonObject, settings: Settings, *, by: UUID
) -> tuple[Hook, str]:
    """Make a hook. Returns it with the secret that signs, which is not shown again.

    When it is there, no dial that it is asked about goes out without its word.
    """
    await compliance.lock_list(session, org_id)
    if len(await queries.list_hooks(session, org_id)) >= MOST_HOOKS:
        raise TooManyHooks(f"There are {MOST_HOOKS} already, and every dial waits for all of them.")
    hook = Hook(org_id=org_id, created_by=by, secrets=b"", **wanted)
    await _refuse_if_wrong(session, hook)
    secret = new_secret()
    hook.secrets = secrets.seal(hook, {SIGNING: secret}, settings)
    session.add(hook)
    await session.flush()
    return hook, secret


async def get_hook(session: AsyncSession, org_id: UUID, hook_id: UUID) -> Hook:
    hook = await queries.find_hook(session, org_id, hook_id)
    if hook is None:
        raise HookNotFound(f"There is no hook {hook_id}.")
    return hook


async def _lock(session: AsyncSession, org_id: UUID, hook_id: UUID) -> Hook:
    await compliance.lock_list(session, org_id)
    await get_hook(session, org_id, hook_id)
    hook = await queries.lock_hook(session, hook_id)
    if hook is None or hook.removed_at is not None:
        raise HookNotFound(f"There is no hook {hook_id}.")
    return hook


async def update_hook(
    session: AsyncSession, org_id: UUID, hook_id: UUID, changes: JsonObject
) -> Hook:
    """Change a hook. Another address is asked anew: what the one before said counts no more."""
    hook = await _lock(session, org_id, hook_id)
    url = hook.url
    hook.sqlmodel_update(changes)
    # What is asked meanwhile would store what may be wrong, a name that is taken say.
    with session.no_autoflush:
        await _refuse_if_wrong(session, hook)
    hook.updated_at = clock.now()
    if hook.url != url:
        hook.revision += 1
        hook.counts_from = hook.updated_at
        health.forget(hook)
    await session.flush()
    return hook


async def _refuse_if_wrong(session: AsyncSession, hook: Hook) -> None:
    wrong = []
    if hook.on_failure is OnFailure.OPEN and not (hook.open_reason or "").strip():
        detail = "Calls would be placed to numbers nobody was asked about. Say why that may be."
        wrong.append(FieldError("/open_reason", detail))
    if hook.on_failure is OnFailure.CLOSED:
        hook.open_reason = None
    known = await agents.find_names(session, hook.org_id)
    wrong += [
        FieldError(f"/agent_ids/{n}", f"There is no agent {each}: it would never be asked.")
        for n, each in enumerate(hook.agent_ids or [])
        if each not in known
    ]
    if await queries.is_name_taken(session, hook.org_id, hook.name, but=hook.id):
        wrong.append(FieldError("/name", f"There is a hook {hook.name} already."))
    if wrong:
        raise HookInvalid("; ".join(f"{e.pointer}: {e.message}" for e in wrong), errors=wrong)


async def remove_hook(session: AsyncSession, org_id: UUID, hook_id: UUID) -> Hook:
    """Ask it no more. What it was asked and has answered stays."""
    hook = await _lock(session, org_id, hook_id)
    hook.removed_at = clock.now()
    await session.flush()
    return hook


async def rotate_secret(
    session: AsyncSession, org_id: UUID, hook_id: UUID, settings: Settings
) -> tuple[Hook, str]:
    """Make a new secret; the one before signs along for a day."""
    hook = await _lock(session, org_id, hook_id)
    held, secret = secrets.unseal(hook, settings), new_secret()
    hook.secrets = secrets.seal(hook, {PREVIOUS: held[SIGNING], SIGNING: secret}, settings)
    hook.previous_secret_until = clock.now() + OVERLAP
    hook.updated_at = clock.now()
    await session.flush()
    return hook, secret


async def reseal_secrets(session: AsyncSession, settings: Settings) -> int:
    """Encrypt all hooks' secrets with the current SECRET_KEY. Return how many there are."""
    found = await queries.lock_all(session)
    for hook in found:
        hook.secrets = secrets.seal(hook, secrets.unseal(hook, settings), settings)
    return len(found)
