"""The HTTP application: middleware, routers, lifespan. Nothing else."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from backend.agents import routes as agents
from backend.agents.phone_numbers import inbound_routes, routes as number_routes
from backend.agents.rehearsal import routes as rehearsal_routes
from backend.agents.retell import routes as sync_routes
from backend.analysis import routes as analysis
from backend.auth import administration, model_routes, organisation_routes, routes as auth
from backend.auth.addressed import AddressedOrganisations
from backend.auth.masking import MaskedAnswers
from backend.auth.organisations import OrganisationSettings
from backend.calls import routes as calls, web_routes
from backend.calls.models import CallStatus
from backend.campaigns import (
    contact_routes as campaign_contacts,
    report_routes as campaign_reports,
    routes as campaigns,
)
from backend.compliance import routes as compliance, rule_routes as compliance_rules
from backend.compliance.hooks import routes as compliance_hooks
from backend.conduct import routes as conduct
from backend.destinations import delivery_routes, routes as destinations, unsubscribe_routes
from backend.evaluation import routes as backtest_routes
from backend.insights import routes as insights
from backend.insights.alerts import routes as alert_routes
from backend.insights.drift import routes as drift_routes
from backend.insights.series import routes as series_routes
from backend.insights.versions import routes as version_routes
from backend.platform import db, health, problems, ui
from backend.platform.api import description, docs
from backend.platform.body_limit import BodyLimit
from backend.platform.db import Sessions
from backend.platform.headers import ResponseHeaders
from backend.platform.limits import Limiter
from backend.platform.services import Services, services_of
from backend.platform.settings import Settings
from backend.platform.storage import Storage
from backend.platform.supervision import keep_running
from backend.providers.runtime import Runtime, open_runtime
from backend.quality.backtests import routes as policy_backtest_routes
from backend.quality.calibration import routes as calibration_routes
from backend.quality.evaluations import routes as evaluation_routes
from backend.quality.golden import routes as golden_routes
from backend.quality.models import EvaluationStatus
from backend.quality.policies import routes as policy_routes
from backend.quality.reports import routes as report_routes
from backend.quality.review import routes as review_routes
from backend.recordings import routes as recordings, upload_routes
from backend.recordings.own_keys import KeyHolder
from backend.records import preview_routes, routes as records
from backend.records.models import RecordStatus
from backend.retention import (
    disclosure_routes,
    period_routes as retention_periods,
    routes as retention,
)
from backend.stream import routes as stream
from backend.stream.deps import CallView
from backend.stream.feed import Feed
from backend.stream.guard import guard_streams
from backend.webhooks import routes as webhooks, timeline
from backend.webhooks.bodies import Bodies
from backend.webhooks.inbox import Inbox
from backend.webhooks.receiver import Receiver
from backend.webhooks.rejections import Rejections
from backend.wiring import build

DESCRIPTION = """
Ringback stands between a company and its voice agents on Retell: it configures the agents, places
calls, takes Retell's webhooks, makes a typed record of each conversation with a quote behind every
value, and streams all of it live.

Every path under `/api/v1` needs `Authorization: Bearer <token>`: an API key, or the access token
from `POST /api/v1/auth/login`, which also sets a cookie for browsers.
Errors are problem documents (RFC 9457).
"""

# Before the calls' routes come those that show more of a call: its record and evaluation.
ROOMS = (
    auth,
    administration,
    organisation_routes,
    model_routes,
    sync_routes,
    agents,
    number_routes,
    inbound_routes,
    preview_routes,
    rehearsal_routes,
    upload_routes,
    recordings,
    records,
    evaluation_routes,
    policy_routes,
    policy_backtest_routes,
    golden_routes,
    calibration_routes,
    report_routes,
    review_routes,
    analysis,
    backtest_routes,
    calls,
    web_routes,
    compliance,
    compliance_rules,
    compliance_hooks,
    conduct,
    campaigns,
    campaign_contacts,
    campaign_reports,
    insights,
    alert_routes,
    series_routes,
    version_routes,
    drift_routes,
    webhooks,
    timeline,
    destinations,
    delivery_routes,
    unsubscribe_routes,
    retention,
    retention_periods,
    disclosure_routes,
    stream,
    health,
)

# What a caller may give a request as its id, to find it in the log.
_REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)


def _is_request_id(text: str) -> bool:
    return _REQUEST_ID.fullmatch(text) is not None


def create_app(settings: Settings) -> FastAPI:
    app = FastAPI(
        title="Ringback",
        version=health.version(),
        description=DESCRIPTION,
        lifespan=_lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        responses=problems.RESPONSES,
        generate_unique_id_function=description.OperationIds(),
    )
    services_of(app).put(Settings, settings)
    problems.install(app)
    for room in ROOMS:
        app.include_router(room.router)
    docs.install(app)
    ui.install(app)
    _add_middleware(app, settings)
    app.openapi = lambda: description.describe(app)  # type: ignore[method-assign]  # FastAPI's way
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """Put around the application what every request passes; what is added last comes first."""
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_credentials=True,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=[
                "X-Request-ID",
                "Retry-After",
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
            ],
        )
    app.add_middleware(MaskedAnswers)
    app.add_middleware(BodyLimit, exempt="/webhook/")
    app.add_middleware(ResponseHeaders, settings=settings)
    app.add_middleware(CorrelationIdMiddleware, validator=_is_request_id)
    # Added last, so that it comes before all others: a webhook pays for nothing it does not need.
    app.add_middleware(Receiver)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings = services_of(app).get(Settings)
    engine = db.create_engine(settings.database)
    sessions = db.create_sessions(engine, build(settings))
    feed = Feed(settings.database.direct_dsn)
    inbox, rejections = Inbox(sessions, settings.inbox), Rejections(sessions)
    stopping = asyncio.Event()
    async with open_runtime(
        settings, sessions, OrganisationSettings(settings, sessions)
    ) as runtime:
        _provide(services_of(app), runtime, feed)
        services_of(app).put(Inbox, inbox)
        services_of(app).put(Rejections, rejections)
        keys = KeyHolder(runtime)
        services_of(app).put(KeyHolder, keys)
        guard = partial(guard_streams, feed, sessions)
        runs = (keys.run, feed.run, inbox.run, rejections.run, guard)
        tasks = [asyncio.create_task(keep_running(run, stopping)) for run in runs]
        loading = asyncio.create_task(runtime.retell.prepare())
        try:
            yield
        finally:
            feed.close()
            stopping.set()
            await asyncio.gather(*tasks, loading)
            await keys.close()
            await engine.dispose()


def _provide(services: Services, runtime: Runtime, feed: Feed) -> None:
    """Put what routes ask for."""
    services.put(Runtime, runtime)
    services.put(Storage, runtime.storage)
    services.put(Sessions, runtime.sessions)
    services.put(AddressedOrganisations, AddressedOrganisations(runtime))
    services.put(Limiter, Limiter(runtime.sessions))
    services.put(Bodies, Bodies(runtime.settings.inbox.reading_bytes))
    services.put(Feed, feed)
    services.put(
        CallView,
        CallView(
            evaluation_routes.read_call, frozenset({*CallStatus, *RecordStatus, *EvaluationStatus})
        ),
    )
