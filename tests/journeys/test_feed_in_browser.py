"""The feed as a browser follows it, without a line of our own code to help it."""

from random import Random

from tests.journeys.conftest import Install
from tests.journeys.test_feed import SEED, log_of
from tests.support.browser import chromium
from tests.support.listening import whole_log
from tests.support.service import EMAIL, PASSWORD
from tests.support.waiting import until

LOG_IN = """
async ([email, password]) => {
    const answer = await fetch("/api/v1/auth/login", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email, password }),
    });
    return answer.status;
}
"""
FOLLOW = """
() => {
    window.heard = [];
    window.opened = 0;
    const source = new EventSource("/api/v1/events?last_event_id=0");
    source.onopen = () => { window.opened += 1; };
    source.addEventListener("call.queued", (message) => window.heard.push(message.lastEventId));
}
"""


async def test_an_event_source_survives_a_restart_and_goes_on_by_itself(install: Install) -> None:
    # The other process keeps the embedded PostgreSQL running meanwhile.
    async with install(apis=2, workers=0) as running, chromium() as browser:
        service = await running.customer()
        log = await log_of(service, Random(SEED))
        page = await browser.new_page(base_url=running.urls[0])
        await page.goto("/health")
        assert await page.evaluate(LOG_IN, [EMAIL, PASSWORD]) == 200
        await page.evaluate(FOLLOW)

        async def heard(count: int) -> list[str]:
            async def probe() -> list[str] | None:
                ids: list[str] = await page.evaluate("window.heard")
                return ids if len(ids) >= count else None

            return await until(probe, f"{count} events in the browser", patience=30)

        async with log.being_written(hands=2):
            await heard(10)
            await running.apis[0].end()
            missed = log.written
            await running.restart(running.apis[0])
            await heard(missed + 10)
        ids = await heard(log.written)
        everything = await whole_log(service, ids[-1])

        assert await page.evaluate("window.opened") == 2
        assert len(ids) == log.written
        assert ids == everything.ids
