"""Our verbs over Retell's API, through its SDK.

Answers are read from the raw response and not through the SDK's models, which take a malformed
answer for a good one. Reads are tried a second time; whatever changes something is sent once.
"""

import asyncio
import importlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, cast

from backend.providers.retell_answers import (
    every_page,
    id_in,
    json_in,
    malformed,
    object_in,
    page_in,
    read,
    read_call,
)
from backend.providers.retell_call import CallUnreadable, RetellCall
from backend.providers.retell_errors import (
    DialOutcomeUnknown,
    RetellNotFound,
    RetellRefused,
    dial_failure,
)
from backend.providers.retell_json import JsonObject, JsonUnreadable, read_object
from backend.providers.retell_shapes import (
    AgentEntry,
    AgentVersion,
    CallPage,
    CallSearch,
    Concurrency,
    Dial,
    KeyInfo,
    PhoneNumber,
    VersionEntry,
    Voice,
    WebCallAccess,
)
from backend.providers.retell_transport import Transport, given

if TYPE_CHECKING:
    from retell import Omit
    from retell.types.agent_create_params import ResponseEngine
    from retell.types.agent_list_params import FilterCriteria as AgentFilter
    from retell.types.call_list_params import FilterCriteria, FilterCriteriaStartTimestamp

_READ_RETRIES = 1
_PAGE = 100


class Retell:
    """One instance per API key; close it. Failures are those of `retell_errors`.

    Without a key it can be made all the same, and each verb raises RetellAccountBlocked.
    """

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None = None,
        timeout: float = 30.0,
        dial_timeout: float = 120.0,
        connect_timeout: float = 5.0,
    ) -> None:
        self._transport = Transport(
            api_key=api_key, base_url=base_url, timeout=timeout, connect_timeout=connect_timeout
        )
        self._dial_timeout = dial_timeout

    async def prepare(self) -> None:
        """Load what the first request would have to wait for."""
        await asyncio.to_thread(importlib.import_module, "retell")

    async def close(self) -> None:
        await self._transport.close()

    async def save_llm(self, llm_id: str | None, fields: JsonObject) -> str:
        """Create a response engine, or change the latest version of one, and return its id."""
        if llm_id is None:
            request = self._transport.sdk.llm.create(extra_body=fields)
        else:
            request = self._transport.sdk.llm.update(llm_id, extra_body=fields)
        return id_in(await self._transport.send(request), "llm_id")

    async def get_llm(self, llm_id: str, version: int | None = None) -> JsonObject:
        which = given(version)
        request = self._transport.sdk.llm.retrieve(llm_id, version=which, max_retries=_READ_RETRIES)
        return object_in(await self._transport.send(request))

    async def list_llms(self) -> list[JsonObject]:
        """List every response engine, in its latest version."""

        async def page(key: str | None) -> bytes:
            return await self._transport.send(
                self._transport.sdk.llm.list(
                    pagination_key=given(key), limit=_PAGE, max_retries=_READ_RETRIES
                )
            )

        return [llm for llm in await every_page(page) if isinstance(llm, dict)]

    async def delete_llm(self, llm_id: str) -> None:
        """Delete a response engine no agent uses. Deleting what is gone changes nothing."""
        with suppress(RetellNotFound):
            await self._transport.send(self._transport.sdk.llm.delete(llm_id))

    async def open_draft(self, agent_id: str) -> AgentVersion:
        """Give the agent a version that can be changed: its latest, or a new one based on that.

        Publishing freezes a version and its LLM with it, so this comes before saving either.
        """
        return read(AgentVersion, await self._draft(agent_id))

    async def save_agent(self, agent_id: str | None, fields: JsonObject) -> AgentVersion:
        """Create an agent, or change its draft. Published versions stay as they are."""
        if agent_id is None:
            request = self._transport.sdk.agent.create(
                response_engine=cast("ResponseEngine", fields.get("response_engine")),
                voice_id=cast("str", fields.get("voice_id")),
                extra_body=fields,
            )
        else:
            changes = _without_known_engine(fields, await self._draft(agent_id))
            request = self._transport.sdk.agent.update(agent_id, extra_body=changes)
        return read(AgentVersion, object_in(await self._transport.send(request)))

    async def publish_agent(
        self,
        agent_id: str,
        version: int,
        *,
        title: str | None = None,
        description: str | None = None,
    ) -> None:
        """Freeze a draft for good. Publishing a published version again changes nothing."""
        request = self._transport.sdk.agent.publish(
            agent_id,
            version=version,
            version_title=given(title),
            version_description=given(description),
        )
        try:
            await self._transport.send(request)
        except RetellRefused:
            if (await self.get_agent(agent_id, version)).get("is_published") is not True:
                raise

    async def get_agent(self, agent_id: str, version: int | str | None = None) -> JsonObject:
        """Return Retell's own agent object, of the latest version unless told which.

        A version is a number or a word of Retell's, such as `latest_published`.
        """
        which: str | int | Omit = given(version)
        request = self._transport.sdk.agent.retrieve(
            agent_id, version=which, max_retries=_READ_RETRIES
        )
        return object_in(await self._transport.send(request))

    async def list_agents(self, *, query: str | None = None) -> list[AgentEntry]:
        """List voice agents; with `query`, those that have it in their name or id."""
        criteria: AgentFilter = {"channel": {"type": "string", "op": "eq", "value": "voice"}}
        if query:
            criteria["query"] = query

        async def page(key: str | None) -> bytes:
            return await self._transport.send(
                self._transport.sdk.agent.list(
                    filter_criteria=criteria,
                    pagination_key=given(key),
                    limit=_PAGE,
                    max_retries=_READ_RETRIES,
                )
            )

        return [read(AgentEntry, entry) for entry in await every_page(page)]

    async def list_agent_versions(self, agent_id: str) -> list[VersionEntry]:
        async def page(key: str | None) -> bytes:
            return await self._transport.send(
                self._transport.sdk.agent.list_versions(
                    agent_id, pagination_key=given(key), max_retries=_READ_RETRIES
                )
            )

        return [read(VersionEntry, entry) for entry in await every_page(page)]

    async def delete_agent(self, agent_id: str) -> None:
        """Delete an agent with all its versions. Deleting what is gone changes nothing."""
        with suppress(RetellNotFound):
            await self._transport.send(self._transport.sdk.agent.delete(agent_id))

    async def list_voices(self) -> list[Voice]:
        voices = json_in(
            await self._transport.send(self._transport.sdk.voice.list(max_retries=_READ_RETRIES))
        )
        if not isinstance(voices, list):
            raise malformed()
        return [read(Voice, voice) for voice in voices]

    async def get_voice(self, voice_id: str) -> Voice:
        request = self._transport.sdk.voice.retrieve(voice_id, max_retries=_READ_RETRIES)
        return read(Voice, object_in(await self._transport.send(request)))

    async def list_phone_numbers(self) -> list[PhoneNumber]:
        async def page(key: str | None) -> bytes:
            return await self._transport.send(
                self._transport.sdk.phone_number.list(
                    pagination_key=given(key), max_retries=_READ_RETRIES
                )
            )

        return [read(PhoneNumber, number) for number in await every_page(page)]

    async def update_phone_number(self, phone_number: str, fields: JsonObject) -> PhoneNumber:
        request = self._transport.sdk.phone_number.update(phone_number, extra_body=fields)
        return read(PhoneNumber, object_in(await self._transport.send(request)))

    async def create_phone_call(self, dial: Dial) -> RetellCall:
        """Place a call, with one request and no more.

        DialRefused: not placed, for good. RetellRateLimited, RetellUnreachable: not placed, later
        perhaps. RetellAccountBlocked: not placed, nor will any other be. DialOutcomeUnknown: a
        phone may be ringing, so look the call up by its metadata before anything else.
        """
        request = self._transport.sdk.call.create_phone_call(
            from_number=dial.from_number,
            to_number=dial.to_number,
            override_agent_id=dial.agent_id,
            override_agent_version=dial.agent_version,
            retell_llm_dynamic_variables=dict(dial.variables),
            metadata=dial.metadata,
            idempotency_key=dial.idempotency_key,
            honor_internal_dnc=True,
            max_retries=0,
        )
        content = await self._transport.send(
            request, within=self._dial_timeout, failure=dial_failure
        )
        try:
            return RetellCall.from_payload(read_object(content))
        except (JsonUnreadable, CallUnreadable):
            raise DialOutcomeUnknown("Retell took the call, but did not say which it is.") from None

    async def create_web_call(
        self,
        agent_id: str,
        *,
        agent_version: int,
        variables: Mapping[str, str],
        metadata: JsonObject,
    ) -> WebCallAccess:
        """Open a call a browser can join. Retell takes no key for it: asking twice makes two."""
        request = self._transport.sdk.call.create_web_call(
            agent_id=agent_id,
            agent_version=agent_version,
            retell_llm_dynamic_variables=dict(variables),
            metadata=metadata,
        )
        return read(WebCallAccess, object_in(await self._transport.send(request)))

    async def get_call(self, call_id: str) -> RetellCall:
        request = self._transport.sdk.call.retrieve(call_id, max_retries=_READ_RETRIES)
        return read_call(await self._transport.send(request))

    async def list_calls(
        self, search: CallSearch, *, limit: int = 200, page: str | None = None
    ) -> CallPage:
        """List calls, latest start first. An entry without an id is passed over."""
        request = self._transport.sdk.call.list(
            filter_criteria=_criteria(search),
            limit=limit,
            pagination_key=given(page),
            sort_order="descending",
            max_retries=_READ_RETRIES,
        )
        items, next_page = page_in(await self._transport.send(request))
        calls = []
        for item in items:
            with suppress(CallUnreadable):
                calls.append(RetellCall.from_payload(item if isinstance(item, dict) else {}))
        return CallPage(calls, next_page)

    async def has_call(self, call_id: str) -> bool:
        """Tell whether Retell still has a call."""
        request = self._transport.sdk.call.retrieve(call_id, max_retries=_READ_RETRIES)
        try:
            await self._transport.send(request)
        except RetellNotFound:
            return False
        return True

    async def delete_call(self, call_id: str) -> None:
        """Delete a call that is over, with its transcript and sound. What is gone stays gone."""
        with suppress(RetellNotFound):
            await self._transport.send(self._transport.sdk.call.delete(call_id))

    async def stop_call(self, call_id: str) -> None:
        await self._transport.send(self._transport.sdk.call.stop(call_id))

    async def get_concurrency(self) -> Concurrency:
        request = self._transport.sdk.concurrency.retrieve(max_retries=_READ_RETRIES)
        return read(Concurrency, object_in(await self._transport.send(request)))

    async def get_key_info(self) -> KeyInfo:
        request = self._transport.sdk.identity.retrieve(max_retries=_READ_RETRIES)
        return read(KeyInfo, object_in(await self._transport.send(request)))

    async def _draft(self, agent_id: str) -> JsonObject:
        latest = await self.get_agent(agent_id)
        if latest.get("is_published") is not True:
            return latest
        base = read(AgentVersion, latest).version
        request = self._transport.sdk.agent.create_version(agent_id, base_version=base)
        return object_in(await self._transport.send(request))


def _without_known_engine(fields: JsonObject, agent: JsonObject) -> JsonObject:
    """Leave out an engine the agent has already: Retell refuses even that, once it has versions."""
    engine, current = fields.get("response_engine"), agent.get("response_engine")
    if not isinstance(engine, dict) or not isinstance(current, dict):
        return fields
    named = {name: value for name, value in engine.items() if name != "version"}
    if any(current.get(name) != value for name, value in named.items()):
        return fields
    return {name: value for name, value in fields.items() if name != "response_engine"}


def _criteria(search: CallSearch) -> "FilterCriteria":
    criteria: FilterCriteria = {}
    if search.agent_ids:
        criteria["agent"] = [{"agent_id": agent_id} for agent_id in search.agent_ids]
    if search.metadata is not None:
        key, value = search.metadata
        criteria["metadata"] = [{"type": "string", "op": "eq", "key": key, "value": value}]
    started = _started(search.started_after, search.started_before)
    if started is not None:
        criteria["start_timestamp"] = started
    return criteria


def _started(
    after: datetime | None, before: datetime | None
) -> "FilterCriteriaStartTimestamp | None":
    if after is not None and before is not None:
        return {"type": "range", "op": "bt", "value": [_ms(after), _ms(before)]}
    if after is not None:
        return {"type": "number", "op": "ge", "value": _ms(after)}
    if before is not None:
        return {"type": "number", "op": "le", "value": _ms(before)}
    return None


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
