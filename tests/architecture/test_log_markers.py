"""What is secret or personal and is used against the whole service appears in no log line."""

from backend.auth.models import Role
from tests.support import sandbox
from tests.support.customers import Customer
from tests.support.logs import captured_log
from tests.support.retell_side import RetellSide, deliver
from tests.support.service import PASSWORD, SECRET
from tests.support.signing import sign

NUMBER = "+14155550142"
MARKERS = {
    "retell key": "key_marker_retell_0001",
    "webhook key": "key_marker_webhook_0002",
    "model key": "key_marker_model_0003",
    "new password": "marker password 0004",
    "wrong password": "marker wrong 0005",
    "prompt": "Marker prompt 0006",
    "said": "marker words 0007",
    "variable": "marker variable 0008",
}


async def test_no_key_password_token_number_or_word_of_a_call_is_logged(
    customer: Customer,
) -> None:
    secrets = {**MARKERS, "password": PASSWORD, "secret key": SECRET, "number": NUMBER}
    secrets["api key of the sandbox"] = sandbox.API_KEY

    with captured_log() as log:
        colleague = await customer.colleague(Role.MANAGER)
        secrets["token"] = colleague.client.headers["Authorization"].removeprefix("Bearer ")
        await _accounts(customer, secrets)
        await _call_and_webhooks(customer)
        await _keys(customer)

    assert len(log.lines) > 10
    assert {what for what, value in secrets.items() if value in log.text} == set()


async def _accounts(customer: Customer, secrets: dict[str, str]) -> None:
    """Log in wrongly, change a password, make a key and a link."""
    body = {"email": customer.user.email, "password": MARKERS["wrong password"]}
    await customer.client.post("/api/v1/auth/login", json=body)
    change = {"current_password": MARKERS["wrong password"]}
    await customer.client.post(
        "/api/v1/auth/password", json=change | {"new_password": MARKERS["new password"]}
    )
    key = await customer.post("/api-keys", {"name": "CRM import", "role": "manager"})
    secrets["api key"] = key["key"]
    await customer.client.get("/api/v1/calls", headers={"Authorization": f"Bearer {key['key']}x"})
    link = await customer.post(f"/users/{customer.user.id}/password-link")
    secrets["link"] = link["url"].partition("#token=")[2]


async def _call_and_webhooks(customer: Customer) -> None:
    """Place a call that is refused and one that is not, and take good and bad webhooks."""
    agent = await customer.published_agent(
        prompt=MARKERS["prompt"],
        variables=[{"name": "note", "description": "A note."}],
    )
    call = await customer.call(agent, to_number=NUMBER, variables={"note": MARKERS["variable"]})
    await customer.client.post("/api/v1/calls", json={"agent_id": agent["id"], "to_number": "1"})
    told = RetellSide(agent["retell_agent_id"], members={"from_number": NUMBER})
    slug = customer.org.slug
    await deliver(customer.client, slug, told.spoken(f"user: {MARKERS['said']}"))
    await deliver(customer.client, slug, told.ended())
    await deliver(customer.client, slug, f'{{"event": "{MARKERS["said"]}'.encode())
    broken = f'{{"event": "call_ended", "call": "{MARKERS["said"]}"}}'.encode()
    await deliver(customer.client, slug, broken)
    await deliver(customer.client, slug, broken, **{"X-Retell-Signature": sign(broken, "another")})
    await customer.call_in(call["id"], "ended", "not_connected", "failed")


async def _keys(customer: Customer) -> None:
    """Set keys that do not work, and use them. Retell's is tried, and refused."""
    refused = {"keys": {"retell_api_key": MARKERS["retell key"]}}
    answer = await customer.client.patch("/api/v1/organisation", json=refused)
    assert answer.status_code == 422
    keys = {
        "retell_webhook_key": MARKERS["webhook key"],
        "openai_api_key": MARKERS["model key"],
    }
    await customer.patch("/organisation", {"keys": keys})
    await customer.post("/organisation/retell-check")
    await customer.client.get("/api/v1/voices", params={"refresh": True})
    await deliver(customer.client, customer.org.slug, RetellSide(None).started())
