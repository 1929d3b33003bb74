"""Delivering to Apache Airflow: a DAG run for each event, by its REST API.

The run's id is made from the delivery's, so a second attempt finds the run that the first one made.
Answers are read as they come: a state that a later release adds is a word like the others.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from backend.destinations.exchange import Exchange, exchange
from backend.destinations.parcel import Answer, Parcel
from backend.destinations.shape import Fields
from backend.platform.events import JsonObject

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _CONFLICT = 401, 403, 404, 409
# A list of task instances is longer than what is kept of an answer.
_READ_BYTES = 1024 * 1024
_TASKS = 100
_NAMED_TASKS = 20
_FAILED_TASKS = {"failed", "upstream_failed"}
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

    async def send(self, parcel: Parcel) -> Answer:
        name = run_id(parcel.id)
        body: JsonObject = {"dag_run_id": name, "conf": parcel.content(self.fields)}
        if self.version == "3":
            # By a date, two events of one instant would be one run.
            body["logical_date"] = None
        made = await self._ask("POST", self._runs, body)
        error = self._in_words(made)
        if made.status == _CONFLICT:
            # Said of a run that is there already, and of another with the same date.
            found = await self._ask("GET", f"{self._runs}/{name}")
            error = None if found.status == 200 else "Another run has the same logical date."
            made = found if found.status == 200 else made
        is_made = error is None
        return Answer(
            at=made.at,
            duration_ms=made.duration_ms,
            status_code=made.status,
            error=error,
            answer=made.answer(self._masked),
            retry_after=made.retry_after,
            outcome=self._outcome(name, _read(made), []) if is_made else None,
            is_followed=is_made,
        )

    async def follow(self, name: str) -> JsonObject | None:
        """Ask how a run fares: its state, and the tasks that failed. None: no answer for now."""
        path = f"{self._runs}/{quote(name, safe='')}"
        found = await self._ask("GET", path)
        if found.status == _NOT_FOUND:
            return self._outcome(name, {"state": REMOVED}, [])
        if found.error is not None:
            return None
        run = _read(found)
        failed: list[str] = []
        if run.get("state") == "failed":
            tasks = await self._ask("GET", f"{path}/taskInstances?{urlencode({'limit': _TASKS})}")
            if tasks.error is not None:
                return None
            failed = _failed_tasks(_read(tasks))
        return self._outcome(name, run, failed)

    @property
    def _runs(self) -> str:
        api = "v2" if self.version == "3" else "v1"
        return f"/api/{api}/dags/{quote(self.dag_id, safe='')}/dagRuns"

    def _outcome(self, name: str, run: JsonObject, failed: list[str]) -> JsonObject:
        dag = quote(self.dag_id, safe="")
        query = urlencode({"dag_run_id": name})
        page = f"runs/{quote(name, safe='')}" if self.version == "3" else f"grid?{query}"
        return {
            "kind": "dag_run",
            "dag_id": self.dag_id,
            "run_id": name,
            "state": str(run.get("state") or "queued"),
            "failed_tasks": failed,
            "url": f"{self.url}/dags/{dag}/{page}",
        }

    async def _ask(self, verb: str, path: str, body: JsonObject | None = None) -> Exchange:
        had_token = self._token is not None
        made = await self._ask_once(verb, path, body)
        if made.status == _UNAUTHORIZED and had_token:
            self._token = None  # It has run out.
            made = await self._ask_once(verb, path, body)
        return made

    async def _ask_once(self, verb: str, path: str, body: JsonObject | None) -> Exchange:
        authorization = self._fixed()
        if authorization is None:
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
        token = _read(made).get("access_token")
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


def _read(made: Exchange) -> JsonObject:
    try:
        found: Any = json.loads(made.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _failed_tasks(found: JsonObject) -> list[str]:
    tasks = [each for each in found.get("task_instances") or [] if isinstance(each, dict)]
    failed = [each for each in tasks if each.get("state") in _FAILED_TASKS]
    # What failed itself comes before what could not run for it.
    failed.sort(key=lambda each: each.get("state") != "failed")
    return [str(each.get("task_id")) for each in failed][:_NAMED_TASKS]
