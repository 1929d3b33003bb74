"""Retell's phone number endpoints: the numbers calls come from, and the agents bound to them."""

from typing import Any

from fastapi import APIRouter, Response

from backend.sandbox.clock import now_ms
from backend.sandbox.retell.agents import find_agent
from backend.sandbox.retell.bodies.requests import (
    PhoneNumberCreate,
    PhoneNumberImport,
    PhoneNumberUpdate,
)
from backend.sandbox.retell.numbering import is_e164
from backend.sandbox.retell.pages import Limit, SortOrder, page
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import JSON, RetellError, invalid, not_found

FICTIONAL_LINES = range(100, 200)


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter()

    @router.post("/create-phone-number")
    async def create_phone_number(body: PhoneNumberCreate) -> Response:
        wanted = body.phone_number or _free_number(retell, body.area_code or 415)
        kind = f"retell-{body.number_provider}"
        return JSON(_add(retell, wanted, kind, body), status_code=201)

    @router.post("/import-phone-number")
    async def import_phone_number(body: PhoneNumberImport) -> Response:
        return JSON(_add(retell, body.phone_number, "custom", body), status_code=201)

    @router.get("/get-phone-number/{phone_number}")
    async def get_phone_number(phone_number: str) -> Response:
        return JSON(_find(retell, phone_number))

    @router.patch("/update-phone-number/{phone_number}")
    async def update_phone_number(phone_number: str, body: PhoneNumberUpdate) -> Response:
        number = _find(retell, phone_number)
        _check_agents(retell, body)
        number |= body.given | {"last_modification_timestamp": now_ms()}
        retell.store.changed()
        return JSON(number)

    @router.get("/v2/list-phone-numbers")
    async def list_phone_numbers(
        limit: Limit = 50,
        pagination_key: str | None = None,
        sort_order: SortOrder = "descending",
    ) -> Response:
        items = list(retell.store.numbers.values())
        items.sort(key=lambda number: number["last_modification_timestamp"])
        if sort_order == "descending":
            items.reverse()
        return JSON(page(items, lambda item: str(item["phone_number"]), limit, pagination_key))

    @router.delete("/delete-phone-number/{phone_number}")
    async def delete_phone_number(phone_number: str) -> Response:
        _find(retell, phone_number, status=404)
        del retell.store.numbers[phone_number]
        retell.store.changed()
        return Response(status_code=204)

    return router


def _find(retell: Retell, phone_number: str, status: int = 422) -> dict[str, Any]:
    number = retell.store.numbers.get(phone_number)
    if number is None:
        raise not_found(status)
    return number


def _add(retell: Retell, wanted: str, kind: str, body: PhoneNumberUpdate) -> dict[str, Any]:
    if not is_e164(wanted):
        raise invalid("phone_number is not a valid E.164 number.")
    if wanted in retell.store.numbers:
        raise RetellError(400, "Phone number already exists.")
    _check_agents(retell, body)
    number = body.given | {
        "phone_number": wanted,
        "phone_number_type": kind,
        "last_modification_timestamp": now_ms(),
    }
    number.pop("sip_trunk_auth_password", None)
    retell.store.numbers[wanted] = number
    retell.store.changed()
    return number


def _free_number(retell: Retell, area_code: int) -> str:
    for line in FICTIONAL_LINES:
        candidate = f"+1{area_code:03d}5550{line}"
        if candidate not in retell.store.numbers:
            return candidate
    raise RetellError(400, "No phone number of this area code is available.")


def _check_agents(retell: Retell, body: PhoneNumberUpdate) -> None:
    for bound in [*(body.inbound_agents or []), *(body.outbound_agents or [])]:
        find_agent(retell, bound.agent_id).find(bound.agent_version)
