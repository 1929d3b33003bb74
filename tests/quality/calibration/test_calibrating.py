"""People and the model score the same calls blind; what they agree on is measured."""

from typing import Any

from backend.auth.models import Role
from tests.quality.policies import GREETS, SAYS_GOODBYE, SAYS_IT_IS_AN_AI, agent_of, place, publish
from tests.support.customers import Customer
from tests.support.waiting import until


def given(greeting: str, goodbye: str) -> dict[str, Any]:
    return {"results": {"greeting": {"verdict": greeting}, "goodbye": {"verdict": goodbye}}}


async def rate(customer: Customer, path: str, call: str, body: dict[str, Any]) -> dict[str, Any]:
    response = await customer.client.put(f"/api/v1{path}/ratings/{call}", json=body)
    assert response.status_code == 200, response.text
    read: dict[str, Any] = response.json()
    return read


async def opened(
    customer: Customer, raters: list[Customer], calls: int, **config: Any
) -> dict[str, Any]:
    policy = await publish(customer, **config)
    agent = await agent_of(customer)
    placed = [str((await place(customer, agent)).id) for _ in range(calls)]
    wanted = {
        "policy_id": policy["id"],
        "calls": placed,
        "raters": [str(each.user.id) for each in raters],
    }
    made: dict[str, Any] = await customer.post("/calibrations", wanted)
    return made


async def is_measured(customer: Customer, calibration_id: str) -> dict[str, Any]:
    async def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = await customer.get(f"/calibrations/{calibration_id}")
        return found if found["status"] == "done" else None

    return await until(probe, "the calibration to be measured")


async def test_nobody_sees_what_others_say_before_their_own_rating_is_in(
    customer: Customer,
) -> None:
    other = await customer.colleague(Role.REVIEWER)
    made = await opened(customer, [customer, other], calls=1)
    path = f"/calibrations/{made['id']}"
    call = made["calls"][0]["call_id"]

    first = await rate(customer, path, call, given("yes", "no"))
    blind = await other.get(path)
    seeing = await rate(other, path, call, given("yes", "yes"))

    assert [each["rater_id"] for each in first["calls"][0]["ratings"]] == [str(customer.user.id)]
    assert (blind["calls"][0]["ratings"], blind["calls"][0]["model"]) == ([], None)
    assert blind["calls"][0]["rated_by"] == [str(customer.user.id)]
    assert len(seeing["calls"][0]["ratings"]) == 2


async def test_a_criterion_on_which_the_judge_differs_from_people_is_left_out_of_scores(
    customer: Customer,
) -> None:
    made = await opened(customer, [customer], calls=6)
    path = f"/calibrations/{made['id']}"
    # The judge says of all six that they greet and do not say goodbye.
    for n, call in enumerate(made["calls"]):
        verdict = "yes" if n % 2 else "no"
        await rate(customer, path, call["call_id"], given(verdict, "no"))

    done = await is_measured(customer, made["id"])
    agreement = {each["key"]: each for each in done["agreement"]}
    assert set(agreement) == {"greeting", "goodbye"}
    assert (agreement["greeting"]["reliable"], agreement["goodbye"]["reliable"]) == (False, True)
    assert agreement["greeting"]["confusion"] == {"no": {"yes": 3}, "yes": {"yes": 3}}
    assert agreement["goodbye"]["krippendorff_alpha"] is None

    shown = await customer.get(f"/policies/{made['policy_id']}/reliability")
    assert [(each["key"], each["reliable"], each["calls"]) for each in shown] == [
        ("greeting", False, 6),
        ("goodbye", True, 6),
    ]
    (found,) = shown[0]["measurements"]
    assert found["calibration_id"] == shown[0]["calibration_id"] == made["id"]
    assert (found["raters"], found["calls"], found["is_worded_as_now"]) == (1, 6, True)
    assert found["alpha"] == agreement["greeting"]["krippendorff_alpha"]
    assert found["interval"] == agreement["greeting"]["interval"]

    call_id = made["calls"][0]["call_id"]
    asked = {"policy_id": made["policy_id"]}
    await customer.post(f"/calls/{call_id}/evaluation/evaluate", asked)

    async def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = await customer.get(f"/calls/{call_id}/evaluation")
        return found if found["status"] != "pending" else None

    scored = await until(probe, "the call to be scored")
    unreliable = [each["key"] for each in scored["results"] if each["unreliable"]]
    assert (unreliable, scored["category_scores"].get("Opening")) == (["greeting"], None)


async def test_what_too_few_calls_found_is_shown_and_decides_nothing(customer: Customer) -> None:
    made = await opened(customer, [customer], calls=1, criteria=[GREETS, SAYS_IT_IS_AN_AI])
    call_id = made["calls"][0]["call_id"]
    rating = {"results": {"greeting": {"verdict": "no"}}}
    await rate(customer, f"/calibrations/{made['id']}", call_id, rating)
    await is_measured(customer, made["id"])

    (shown,) = await customer.get(f"/policies/{made['policy_id']}/reliability")

    assert (shown["key"], shown["reliable"], shown["calibration_id"]) == ("greeting", None, None)
    assert [each["reliable"] for each in shown["measurements"]] == [None]


async def test_a_rating_is_whole_fits_the_scales_and_is_given_once(customer: Customer) -> None:
    other = await customer.colleague(Role.MANAGER)
    made = await opened(customer, [customer], calls=2)
    path = f"/api/v1/calibrations/{made['id']}/ratings/{made['calls'][0]['call_id']}"

    half = await customer.client.put(path, json={"results": {"greeting": {"verdict": "yes"}}})
    unfit = await customer.client.put(path, json=given("not_applicable", "no"))
    strange = await other.client.put(path, json=given("yes", "no"))
    taken = await customer.client.put(path, json=given("yes", "no"))
    again = await customer.client.put(path, json=given("yes", "no"))
    changed = await customer.client.put(path, json=given("no", "no"))

    assert half.json()["errors"] == [{"pointer": "/results/goodbye", "message": "Is not rated."}]
    assert unfit.json()["errors"][0]["pointer"] == "/results/greeting"
    codes = [each.status_code for each in (half, unfit, strange, taken, again, changed)]
    assert codes == [422, 422, 403, 200, 200, 409]


async def test_a_percentage_is_a_whole_number(customer: Customer) -> None:
    made = await opened(customer, [customer], calls=1, criteria=[GREETS | {"scale": "percent"}])
    path = f"/api/v1/calibrations/{made['id']}/ratings/{made['calls'][0]['call_id']}"

    answers = [
        await customer.client.put(path, json={"results": {"greeting": {"verdict": verdict}}})
        for verdict in (33.3, 101, "yes", 33)
    ]

    assert [each.status_code for each in answers] == [422, 422, 422, 200]


async def test_what_cannot_be_rated_is_refused_with_the_place(customer: Customer) -> None:
    policy = await publish(customer, criteria=[GREETS, SAYS_GOODBYE, SAYS_IT_IS_AN_AI])
    unknown = "01990000-0000-7000-8000-000000000000"
    wanted = {"policy_id": policy["id"], "calls": [unknown], "raters": [str(customer.user.id)]}

    calls = await customer.client.post("/api/v1/calibrations", json=wanted)
    raters = await customer.client.post("/api/v1/calibrations", json=wanted | {"raters": [unknown]})
    none = await customer.client.post(
        "/api/v1/calibrations", json=wanted | {"calls": {"choose": "random", "count": 3}}
    )

    assert calls.json()["errors"][0]["pointer"] == "/calls/0"
    assert raters.json()["errors"][0]["pointer"] == "/raters/0"
    assert none.json()["errors"][0]["pointer"] == "/calls"
    assert {each.status_code for each in (calls, raters, none)} == {422}
