"""Contacts are masked as the version says that their campaign calls by."""

from backend.auth.models import Role
from tests.campaigns.lists import add, draft
from tests.support.customers import Customer

OTHER = "+14155550188"
MARIA = {
    "variables": {"driver_name": "Maria Okafor"},
    "metadata": {"note": "Maria Okafor drives"},
}


async def test_a_reviewer_sees_no_contact_as_it_is_and_finds_none_by_its_digits(
    customer: Customer,
) -> None:
    agent = await customer.published_agent(
        redact=["phone", "name"], variables=[{"name": "driver_name", "description": "Who."}]
    )
    campaign = await draft(customer, agent)
    await add(customer, campaign, [OTHER], **MARIA)
    reviewer = await customer.colleague(Role.REVIEWER)
    path = f"/campaigns/{campaign['id']}/contacts"

    (listed,) = (await reviewer.get(path))["items"]

    assert listed["to_number"] == "[phone]"
    assert listed["variables"] == {"driver_name": "[name]"}
    assert listed["metadata"] == {"note": "[name] drives"}
    detail = await reviewer.get(f"{path}/{listed['id']}")
    assert {name: detail[name] for name in listed} == listed
    assert (await reviewer.get(path, q="0188"))["items"] == []
    (own,) = (await customer.get(path, q="0188"))["items"]
    assert (own["to_number"], own["variables"]) == (OTHER, MARIA["variables"])


async def test_where_nothing_is_masked_a_reviewer_finds_numbers_too(customer: Customer) -> None:
    campaign = await draft(customer, await customer.published_agent(redact=["card"]))
    await add(customer, campaign, [OTHER])
    reviewer = await customer.colleague(Role.REVIEWER)

    (found,) = (await reviewer.get(f"/campaigns/{campaign['id']}/contacts", q="0188"))["items"]

    assert found["to_number"] == OTHER
