"""Where Retell delivers, and where people look at what it delivered."""

import secrets
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from backend.agents.retell.webhook_address import own_webhook_url, webhook_url
from backend.auth.deps import AnyCaller, CurrentRuntime, Manager
from backend.auth.errors import NoCredentials
from backend.auth.models import Role
from backend.platform import pages
from backend.platform.deps import CurrentSettings, Session
from backend.platform.events import wiring_of
from backend.platform.pages import Cursor, Limit, Page
from backend.platform.settings import Settings
from backend.providers import signature_doctor
from backend.providers.signature_doctor import CheckResult
from backend.webhooks import health, receiver, self_test, service
from backend.webhooks.models import Webhook, WebhookState
from backend.webhooks.schemas import (
    AddressTestRead,
    SignatureCheckRead,
    SignatureDiagnosis,
    SignedWebhook,
    WebhookHealth,
    WebhookRead,
    WebhookSummary,
)

router = APIRouter(tags=["webhooks"])

WebhookPath = Annotated[UUID, Path(description="The id of the webhook.")]
OrgSlug = Annotated[str, Path(description="The organisation's short name.", examples=["default"])]


@router.post("/webhook/retell/{org_slug}", status_code=204)
@router.post("/webhook/retell/{org_slug}/", status_code=204, include_in_schema=False)
async def receive_retell(
    org_slug: OrgSlug,  # noqa: ARG001 - part of the path that is described
    request: Request,
) -> Response:
    """Take a webhook from Retell: verified, stored, and only then acknowledged."""
    # `Receiver`, in front of the application, has answered each that is taken.
    raise receiver.refusal_of(request.scope)


@router.get("/api/v1/webhooks")
async def list_webhooks(
    caller: AnyCaller,
    session: Session,
    state: Annotated[WebhookState | None, Query(description="Only those in this state.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[WebhookSummary]:
    """List what Retell delivered, newest first, and what became of it."""
    rows = await service.list_webhooks(
        session, caller.org_id, state=state, cursor=cursor, limit=limit + 1
    )
    rows, next_cursor = pages.cut(rows, limit)
    items = [WebhookSummary.model_validate(row, from_attributes=True) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.get("/api/v1/webhooks/health")
async def get_webhook_health(
    caller: AnyCaller, session: Session, settings: CurrentSettings
) -> WebhookHealth:
    """Show how the inbox has fared in the last 24 hours, and what repair had to do."""
    url = await own_webhook_url(session, settings, caller.org_id)
    return health.as_health(await health.read_figures(session, caller.org_id), url)


@router.post("/api/v1/webhooks/test-address")
async def test_webhook_address(caller: Manager, runtime: CurrentRuntime) -> AddressTestRead:
    """Try from here whether the address that Retell was given leads to this service.

    What cannot be told from here is whether a firewall keeps Retell out. Stores nothing.
    """
    caller.note(object_id=caller.org_id)
    url = webhook_url(runtime.settings, caller.org_slug)
    found = await self_test.try_address(runtime.http, url)
    return AddressTestRead(webhook_url=url, **found._asdict())


@router.post("/api/v1/webhooks/verify")
async def verify_signature(
    body: SignedWebhook,
    caller: Manager,
    runtime: CurrentRuntime,
) -> SignatureDiagnosis:
    """Find out why a webhook's signature is refused: key, header, clock or body.

    Checked with the organisation's webhook keys, which it does not show. Stores nothing.
    """
    caller.note(object_id=caller.org_id)
    found = signature_doctor.examine(body.body, body.signature, runtime.settings.webhook_keys)
    checks = [SignatureCheckRead(**check._asdict()) for check in found]
    return SignatureDiagnosis(
        valid=all(check.result is CheckResult.PASSED for check in found), checks=checks
    )


@router.get("/metrics", include_in_schema=False)
async def get_metrics(request: Request, session: Session, settings: CurrentSettings) -> Response:
    _admit_scraper(request, settings)
    own = await health.as_metrics(session)
    others = [await measure(session) for measure in wiring_of(session).measures]
    return Response(b"".join([generate_latest(), own, *others]), media_type=CONTENT_TYPE_LATEST)


def _admit_scraper(request: Request, settings: Settings) -> None:
    """Let those read who hold the token; where none is set, this machine alone."""
    if settings.metrics_token is None:
        host = request.client.host if request.client else ""
        if host not in _THIS_MACHINE:
            raise NoCredentials("Set METRICS_TOKEN to read the metrics from another machine.")
        return
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    wanted = settings.metrics_token.get_secret_value()
    if not secrets.compare_digest(given.encode(), wanted.encode()):
        raise NoCredentials("The metrics need METRICS_TOKEN as a bearer token.")


_THIS_MACHINE = {"127.0.0.1", "::1"}


@router.get("/api/v1/webhooks/{webhook_id}")
async def get_webhook(webhook_id: WebhookPath, caller: AnyCaller, session: Session) -> WebhookRead:
    """Show one webhook, to administrators with its body as it came."""
    webhook = await service.get_webhook(session, caller.org_id, webhook_id)
    return _read_webhook(webhook, with_body=caller.role is Role.ADMIN)


@router.post("/api/v1/webhooks/{webhook_id}/replay", status_code=202)
async def replay_webhook(webhook_id: WebhookPath, caller: Manager, session: Session) -> WebhookRead:
    """Apply a webhook again, from the bytes that came. Applying it twice changes nothing."""
    webhook = await service.replay_webhook(session, caller.org_id, webhook_id)
    return _read_webhook(webhook, with_body=caller.role is Role.ADMIN)


def _read_webhook(webhook: Webhook, *, with_body: bool) -> WebhookRead:
    body = webhook.body.decode("utf-8", "replace") if with_body and webhook.body else None
    return WebhookRead.model_validate(
        {name: getattr(webhook, name) for name in WebhookRead.model_fields if name != "body"}
        | {"body": body}
    )
