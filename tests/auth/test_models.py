"""Which language models make an organisation's records, and whether they answer."""

from backend.auth.models import Role
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.sandbox import Sandbox

MODEL = "openai/sandbox-stand-in"
OWN_KEY = "sk-a-key-of-this-company-alone"


async def test_the_models_are_shown_with_what_each_is_for(customer: Customer) -> None:
    shown = await customer.get("/models")

    assert (shown["extraction_model"], shown["is_own"]) == (MODEL, False)
    assert (shown["fallback_models"], shown["check_model"]) == ([], "same")
    (model,) = shown["models"]
    uses = ["extraction", "second_reading"]
    assert (model["model"], model["uses"], model["problem"]) == (MODEL, uses, None)
    assert (model["input_cents"], model["output_cents"]) == (None, None)


async def test_whose_key_a_provider_is_asked_with_is_told_and_never_the_key(
    customer: Customer,
) -> None:
    keys = {"openai_api_key": OWN_KEY}
    await customer.patch("/organisation", {"keys": keys, "llm_model": "anthropic/some-model"})

    response = await customer.client.get("/api/v1/models")

    assert OWN_KEY not in response.text
    shown = response.json()
    providers = {each["name"]: each for each in shown["providers"]}
    assert providers["openai"]["key"] == "organisation"
    assert providers["openai"]["has_own_address"] is True
    assert providers["anthropic"]["key"] is None
    assert (shown["extraction_model"], shown["is_own"]) == ("anthropic/some-model", True)
    assert "ANTHROPIC_API_KEY" in shown["models"][0]["problem"]


async def test_a_model_is_tried_with_one_tiny_request(customer: Customer) -> None:
    found = await customer.post("/models/check", {"model": MODEL})

    assert (found["ok"], found["failure"], found["reason"]) == (True, None, None)
    assert 0 < found["input_tokens"] < 500
    assert found["cost_cents"] is None


async def test_a_model_that_fails_says_why(customer: Customer, sandbox: Sandbox) -> None:
    await sandbox.control("POST", "/llm/faults", {"kind": "server_error"})
    try:
        found = await customer.post("/models/check", {"model": MODEL})
    finally:
        await sandbox.control("DELETE", "/llm/faults")

    assert (found["ok"], found["failure"]) == (False, "llm-failed")
    assert MODEL in found["reason"]


async def test_what_is_no_model_is_refused(customer: Customer) -> None:
    response = await customer.client.post("/api/v1/models/check", json={"model": "gpt"})

    assert pointers(problem_of(response, 422, "invalid-request")) == ["/model"]


async def test_models_are_for_administrators(customer: Customer) -> None:
    manager = await customer.colleague(Role.MANAGER)

    problem_of(await manager.client.get("/api/v1/models"), 403, "role-missing")
    asked = await manager.client.post("/api/v1/models/check", json={"model": MODEL})
    problem_of(asked, 403, "role-missing")
