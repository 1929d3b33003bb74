"""How a campaign goes, when it will be through, and how well one's numbers are answered."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from backend.auth.deps import AnyCaller, CurrentRuntime, Manager
from backend.campaigns import exporting, foreseeing, number_health, service, tallies
from backend.campaigns.routes import CampaignPath
from backend.campaigns.schemas import (
    CallerIdsRead,
    ForecastRead,
    ProgressRead,
)
from backend.platform import clock, db
from backend.platform.deps import Session, SessionFactory

router = APIRouter(prefix="/api/v1", tags=["campaigns"])
_LATELY, _BEFORE = timedelta(days=3), timedelta(days=30)


@router.get("/campaigns/{campaign_id}/progress")
async def get_progress(
    campaign_id: CampaignPath, caller: AnyCaller, session: Session
) -> ProgressRead:
    """Show how a campaign's contacts stand by reason, what came of attempts, and each day's."""
    await service.get_campaign(session, caller.org_id, campaign_id)
    outcomes, _, talking_ms = await tallies.read_seen(session, campaign_id)
    return ProgressRead.of(
        await tallies.count_reasons(session, campaign_id),
        outcomes,
        await tallies.count_hours(session, campaign_id),
        talking_ms,
        await tallies.sum_costs(session, campaign_id),
    )


@router.get("/campaigns/{campaign_id}/forecast")
async def get_forecast(
    campaign_id: CampaignPath, caller: AnyCaller, sessions: SessionFactory, runtime: CurrentRuntime
) -> ForecastRead:
    """Say when a campaign will be through, with a range, and who would be refused.

    It is played out many times by the campaign's own rules. Hours of the law's rules are counted
    as refusals of now, and not played.
    """
    found, waiting, refused = await foreseeing.foresee(
        sessions, caller.org_id, campaign_id, runtime.settings
    )
    return ForecastRead.of(found, waiting, refused)


@router.get(
    "/campaigns/{campaign_id}/export",
    response_class=StreamingResponse,
    responses={200: {"description": "A line for each contact.", "content": {"text/csv": {}}}},
)
async def export_campaign(
    campaign_id: CampaignPath, caller: Manager, sessions: SessionFactory
) -> StreamingResponse:
    """Give all contacts of a campaign as CSV, with how each ended."""
    async with db.transaction(sessions) as session:
        campaign = await service.get_campaign(session, caller.org_id, campaign_id)
        version = await service.find_version(session, campaign)
    names = [variable.name for variable in version.frozen.variables]
    return StreamingResponse(
        exporting.export(sessions, campaign_id, names),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="campaign.csv"'},
    )


@router.get("/number-health")
async def list_number_health(caller: AnyCaller, session: Session) -> CallerIdsRead:
    """Show how many people answer each number that campaigns call from, lately and before."""
    now = clock.now()
    lately = await tallies.tally_numbers(session, caller.org_id, now - _LATELY, now)
    before = await tallies.tally_numbers(
        session, caller.org_id, now - _LATELY - _BEFORE, now - _LATELY
    )
    return CallerIdsRead.of(
        [number_health.health_of(lately[each], before.get(each)) for each in sorted(lately)]
    )
