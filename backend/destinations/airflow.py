"""Delivering to Apache Airflow: a DAG run for each event, by its REST API.

The run's id is made from the delivery's, so a second attempt finds the run that the first one made.
Answers are read as they come: a state that a later release adds is a word like the others.
"""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from backend.destinations.parcel import Answer, Parcel
from backend.destinations.shape import Fields
from backend.platform.events import JsonObject
from backend.platform.outbound.exchange import Exchange, exchange
from backend.platform.storable import make_storable

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _CONFLICT = 401, 403, 404, 409
# A list of task instances is longer than what is kept of an answer.
_READ_BYTES = 1024 * 1024
_TASKS = 100
_NAMED_TASKS = 20
_LONGEST_WORD = 250
_FAILED_TASKS = ("failed", "upstream_failed")
ENDED = {"success", "failed"}
# Answers are read as they come, and Airflow packs whatever a client would unpack.
_PLAIN = {"accept-encoding": "identity"}
# What a run's state is called here once Airflow does not know the run any more.
REMOVED = "removed"


def run_id(parcel_id: object) -> str:
    """Name the run of a delivery, by characters that Airflow takes."""
    return f"ringback__{parcel_id}"


@dataclass
class AirflowSender:
    """Makes DAG runs, and asks what became of them. `version` is Airflow's own: 2 or 3."""

    http: httpx.AsyncClient
    url: str
    dag_id: str
    version: str
    secrets: Mapping[str, str]
    fields: Fields | None
    _token: str | None = field(default=None, init=False, repr=False)
    _logging_in: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def send(self, parcel: Parcel) -> Answer:
        name = run_id(parcel.id)
        body: JsonObject = {"dag_run_id": name, "conf": parcel.content(self.fields)}
        if self.version == "3":
            # By a date, two events of one instant would be one run.
            body["logical_date"] = None
        made = await self._ask("POST", self._runs(self.dag_id), body)
        run, error = _find_run(made, name), self._in_words(made)
        if run is None and (error is None or made.status == _CONFLICT):
            # 409 is said of a run that is there already, and of another with the same date.
            found = await self._ask("GET", f"{self._runs(self.dag_id)}/{name}")
            run, error = _find_run(found, name), self._why_not_there(made, found)
        return Answer(
            at=made.at,
            duration_ms=made.duration_ms,
            status_code=made.status,
            error=None if run is not None else error,
            answer=made.answer(self._masked),
            retry_after=made.retry_after,
            outcome=None if run is None else self._outcome(self.dag_id, run, []),
            is_followed=run is not None,
        )

    async def follow(self, before: JsonObject) -> JsonObject | None:
        """Ask how a run fares: its state, and the tasks that failed. None: no answer for now.

        `before` is what was known of it. It may be a run of a DAG that this is no longer about.
        """
        name, dag_id = before["run_id"], before["dag_id"]
        path = f"{self._runs(dag_id)}/{quote(name, safe='')}"
        found = await self._ask("GET", path)
        if found.status == _NOT_FOUND and name.encode() in found.body:
            return before | {"state": REMOVED}
        run = _find_run(found, name)
        if run is None:
            return None
        failed: list[str] | None = []
        if run["state"] == "failed":
            query = [("limit", _TASKS), *(("state", state) for state in _FAILED_TASKS)]
            failed = _failed_tasks(
                await self._ask("GET", f"{path}/taskInstances?{urlencode(query)}")
            )
        return None if failed is None else self._outcome(dag_id, run, failed)

    def has_made(self, outcome: JsonObject) -> bool:
        """Whether a run is one of this Airflow: what it is called elsewhere says nothing here."""
        return str(outcome["url"]).startswith(f"{self.url}/dags/")

    def _runs(self, dag_id: str) -> str:
        api = "v2" if self.version == "3" else "v1"
        return f"/api/{api}/dags/{quote(dag_id, safe='')}/dagRuns"

    def _outcome(self, dag_id: str, run: JsonObject, failed: list[str]) -> JsonObject:
        name = run["dag_run_id"]
        dag = quote(dag_id, safe="")
        query = urlencode({"dag_run_id": name})
        page = f"runs/{quote(name, safe='')}" if self.version == "3" else f"grid?{query}"
        return {
            "kind": "dag_run",
            "dag_id": dag_id,
            "run_id": name,
            "state": _word(run["state"]),
            "failed_tasks": failed,
            "url": f"{self.url}/dags/{dag}/{page}",
        }

    async def _ask(self, verb: str, path: str, body: JsonObject | None = None) -> Exchange:
        token = self._token
        made = await self._ask_once(verb, path, body)
        if made.status == _UNAUTHORIZED and token is not None:
            if self._token == token:
                self._token = None  # It has run out.
            made = await self._ask_once(verb, path, body)
        return made

    async def _ask_once(self, verb: str, path: str, body: JsonObject | None) -> Exchange:
        authorization = self._fixed()
        if authorization is None:
            async with self._logging_in:  # Once, whoever else waits for it.
                refused = await self._log_in()
            if refused is not None:
                return refused
            authorization = f"Bearer {self._token}"
        headers = _PLAIN | {"authorization": authorization}
        request = self.http.build_request(verb, f"{self.url}{path}", json=body, headers=headers)
        return await exchange(self.http, request, read_bytes=_READ_BYTES)

    def _fixed(self) -> str | None:
        """Give the header that needs no login: a token of one's own, or Airflow 2's."""
        if "token" in self.secrets:
            return f"Bearer {self.secrets['token']}"
        if self.version == "3":
            return None
        pair = f"{self.secrets.get('username', '')}:{self.secrets.get('password', '')}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    async def _log_in(self) -> Exchange | None:
        """Get a token for user and password. Returns what came instead, if none did."""
        if self._token is not None:
            return None
        names = ("username", "password")
        body = {name: self.secrets.get(name, "") for name in names}
        url = f"{self.url}/auth/token"
        request = self.http.build_request("POST", url, json=body, headers=_PLAIN)
        made = await exchange(self.http, request)
        token = (_read(made) or {}).get("access_token")
        if made.error is None and isinstance(token, str):
            self._token = token
            return None
        error = made.error or "Airflow gave no token."
        return Exchange(made.at, made.duration_ms, made.status, error, b"", made.retry_after)

    @property
    def _masked(self) -> list[str]:
        return [*self.secrets.values(), self._token or ""]

    def _in_words(self, made: Exchange) -> str | None:
        match made.status:
            case 401:
                return "Airflow does not take the credentials."
            case 403:
                return "The user may not start runs of this DAG."
            case 404:
                return f"Airflow knows no DAG {self.dag_id}, or this is not its address."
            case _:
                return made.error

    def _why_not_there(self, made: Exchange, found: Exchange) -> str:
        """Say why there is no run, after one was asked for and then looked for."""
        if found.status != _NOT_FOUND:
            why = self._in_words(found) or "Its answer could not be read."
            return f"Airflow did not say whether there is a run: {why}"
        if made.status == _CONFLICT:
            return "Another run has the same logical date."
        return f"Answered {made.status}, and started no run: this may not be Airflow's address."


def _read(made: Exchange) -> JsonObject | None:
    try:
        found: Any = json.loads(made.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _find_run(made: Exchange, name: str) -> JsonObject | None:
    """Read the run that an answer tells of. None: it tells of none, or not of this one."""
    run = _read(made) if made.error is None else None
    is_run = run is not None and run.get("dag_run_id") == name and isinstance(run.get("state"), str)
    return run if is_run else None


def _failed_tasks(made: Exchange) -> list[str] | None:
    """Read which tasks failed. None: the answer does not say."""
    found = (_read(made) or {}).get("task_instances") if made.error is None else None
    if not isinstance(found, list):
        return None
    failed = [
        each for each in found if isinstance(each, dict) and each.get("state") in _FAILED_TASKS
    ]
    # What failed itself comes before what could not run for it.
    failed.sort(key=lambda each: each["state"] != "failed")
    return [_word(str(each.get("task_id"))) for each in failed][:_NAMED_TASKS]


def _word(text: str) -> str:
    return make_storable(text)[:_LONGEST_WORD]
