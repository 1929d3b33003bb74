"""What people do with records: set them right, approve them, work through what needs review."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import service as calls
from backend.platform.errors import FieldError
from backend.platform.events import find_masks
from backend.records import queries, record_model, service, unmasking
from backend.records.difference import Difference, differences
from backend.records.errors import (
    AuditNotFound,
    CorrectionInvalid,
    RecordNotFound,
    RecordNotReviewable,
    RevisionIsNotCurrent,
)
from backend.records.evidence import ProvenBy
from backend.records.models import BY_A_PERSON, Origin, Record, RecordAudit, RecordStatus


class Verdict(NamedTuple):
    """What a person says of a record. `revision` is the one they looked at, if they say so.

    Without `changes` they approve it as it is.
    """

    by: UUID | None
    changes: Mapping[str, Any] | None = None
    note: str | None = None
    revision: int | None = None
    # Whether they see what is masked: else they send it back as they see it.
    with_originals: bool = True


async def give_verdict(
    session: AsyncSession, org_id: UUID, call_id: UUID, verdict: Verdict
) -> Record:
    """Add a revision that a person vouches for. It must fit the schema.

    Evidence stays with the values it is for; a value that was changed has the person for proof.
    A required value of which the record tells that it was not said may stay open: nobody has to
    invent it.
    """
    call = await calls.lock_call(session, org_id, call_id)
    current = await _get_seen(session, org_id, call_id, verdict)
    latest = await queries.lock_latest(session, org_id, call_id) or current
    source = await service.find_source(session, call)
    if source is None:
        raise RecordNotFound(f"The agent's version of call {call_id} has no record schema.")
    changes = verdict.changes or {}
    if not verdict.with_originals:
        changes = await _unmasked(session, current, changes)
    wanted = {**current.data, **changes}
    still_open = _without(current.not_said or {}, differences(current.data, wanted))
    data = _fitting(source.schema, wanted, still_open)
    found = differences(current.data, data)
    changed = {difference.field for difference in found}
    record = Record(
        org_id=org_id,
        call_id=call_id,
        revision=latest.revision + 1,
        origin=Origin.APPROVAL if verdict.changes is None else Origin.CORRECTION,
        status=RecordStatus.CORRECTED,
        final=current.final,
        schema_version=source.version.schema_version,
        source_sha256=source.sha256,
        data=data,
        evidence={
            name: {**shown, "proven_by": shown.get("proven_by") or ProvenBy.PERSON.value}
            for name, shown in current.evidence.items()
            if name not in changed
        },
        problems=[],
        not_said=_without(current.not_said or {}, found),
        model=current.model,
        corrected_by=verdict.by,
        note=verdict.note,
    )
    await service.add_revision(session, record)
    await service.announce(session, record)
    return record


async def reopen(session: AsyncSession, org_id: UUID, call_id: UUID, verdict: Verdict) -> Record:
    """Add a revision that needs review again: as it was before people said what they say of it.

    A record that needs review already stays as it is. Raises RecordNotReviewable.
    """
    await calls.lock_call(session, org_id, call_id)
    current = await _get_seen(session, org_id, call_id, verdict)
    if current.status is RecordStatus.NEEDS_REVIEW:
        return current
    if current.status not in {RecordStatus.VALID, RecordStatus.CORRECTED}:
        raise RecordNotReviewable(f"The record is {current.status.value}: there is nothing to see.")
    revisions = await service.list_revisions(session, org_id, call_id)
    made = [each for each in revisions if each.origin not in BY_A_PERSON and each.data]
    before = max(made, key=lambda each: each.revision, default=current)
    record = Record(
        org_id=org_id,
        call_id=call_id,
        revision=max(each.revision for each in revisions) + 1,
        status=RecordStatus.NEEDS_REVIEW,
        # Only ever told of the newest: the call can have been settled since that one was made.
        final=current.final,
        problems=[_flag(verdict), *(p for p in before.problems if p["code"] != _FLAGGED)],
        note=verdict.note,
        **before.model_dump(include=_OF_THE_CONTENT),
    )
    await service.add_revision(session, record)
    await service.announce(session, record)
    return record


_FLAGGED = "flagged"
_OF_THE_CONTENT = {"schema_version", "source_sha256", "data", "evidence", "not_said", "model"}


def _flag(verdict: Verdict) -> dict[str, str]:
    message = verdict.note or "A person asked for another look."
    return {"field": "", "code": _FLAGGED, "message": message}


async def _get_seen(session: AsyncSession, org_id: UUID, call_id: UUID, verdict: Verdict) -> Record:
    """Get the current record, if it is the one that the verdict is about."""
    current = await service.get_current(session, org_id, call_id)
    if verdict.revision not in {None, current.revision}:
        raise RevisionIsNotCurrent(
            f"Revision {verdict.revision} is no longer current, {current.revision} is.",
            revision=current.revision,
        )
    return current


def _without(not_said: Mapping[str, Any], changes: Sequence[Difference]) -> dict[str, Any]:
    """Leave out what is no longer missing, or was taken away by a person."""
    return {
        field: gap
        for field, gap in not_said.items()
        if not any(_is_within(field, change.field) for change in changes)
    }


def _is_within(field: str, other: str) -> bool:
    return other == field or other.startswith((f"{field}.", f"{field}["))


async def _unmasked(
    session: AsyncSession, current: Record, changes: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Take what was sent back as it was masked for unchanged. No mark takes an original's place."""
    mask = (await find_masks(session, [current.call_id])).get(current.call_id)
    if mask is None:
        return changes
    new = unmasking.restored(dict(changes), current.data, mask)
    wrong = [
        FieldError(
            "/".join(("/data", *map(str, path))),
            "A mark stands for what you may not see. Leave the value as it is, or give all of it.",
        )
        for path in unmasking.marks_over_originals(new, current.data, mask)
    ]
    if wrong:
        raise CorrectionInvalid("It would put marks over what they stand for.", errors=wrong)
    return dict(new)


def _fitting(
    schema: Mapping[str, Any], data: Mapping[str, Any], still_open: Mapping[str, Any]
) -> dict[str, Any]:
    checked = record_model.validate(schema, data, still_open)
    if checked.wrong:
        wrong = [FieldError(f"/data{item.pointer}", item.message) for item in checked.wrong]
        raise CorrectionInvalid(
            "; ".join(f"{error.pointer}: {error.message}" for error in wrong), errors=wrong
        )
    return checked.data


async def compare(
    session: AsyncSession, org_id: UUID, call_id: UUID, *, before: int | None, after: int | None
) -> tuple[Record | None, Record, list[Difference]]:
    """Compare two revisions: by default the current one with the one before it."""
    if after is None:
        new = await service.get_current(session, org_id, call_id)
    else:
        new = await service.get_revision(session, org_id, call_id, after)
    if before is None and new.revision == 1:
        return None, new, differences({}, new.data)
    number = new.revision - 1 if before is None else before
    old = await service.get_revision(session, org_id, call_id, number)
    return old, new, differences(old.data, new.data)


async def get_audit(
    session: AsyncSession, org_id: UUID, call_id: UUID, revision: int
) -> RecordAudit:
    record = await service.get_revision(session, org_id, call_id, revision)
    audit = await queries.find_audit(session, org_id, record.id)
    if audit is None:
        raise AuditNotFound(f"Revision {revision} was not made by a model, or not yet.")
    return audit
