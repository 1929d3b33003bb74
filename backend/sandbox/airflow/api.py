"""Airflow's REST API, of both releases, and the controls of the simulation."""

import base64
import gzip
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from fastapi.responses import JSONResponse

from backend.sandbox.airflow.runs import Airflow, Run, is_run_id

_KNOWN = {
    "v1": {"dag_run_id", "conf", "logical_date", "execution_date", "note"},
    "v2": {
        *("dag_run_id", "conf", "logical_date", "note", "data_interval_start"),
        *("data_interval_end", "run_after"),
    },
}
_RUNS = "/api/{api}/dags/{dag_id}/dagRuns"


def create_router(airflow: Airflow) -> APIRouter:
    router = APIRouter()

    @router.post("/auth/token")
    async def log_in(request: Request, body: Annotated[dict[str, Any], Body()]) -> Response:
        if (body.get("username"), body.get("password")) != airflow.user:
            return _problem(401, "Invalid credentials")
        token = secrets.token_urlsafe()
        airflow.tokens.add(token)
        answer = JSONResponse({"access_token": token}, 201)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return answer
        packed = gzip.compress(bytes(answer.body))
        return Response(packed, 201, {"content-encoding": "gzip"}, "application/json")

    @router.post(_RUNS)
    async def start(
        api: str, dag_id: str, request: Request, body: Annotated[dict[str, Any], Body()]
    ) -> Response:
        return (
            _refusal(airflow, api, request)
            or _wrong(api, body)
            or _start(airflow, api, dag_id, body)
        )

    @router.get(_RUNS + "/{run_id}")
    async def show(api: str, dag_id: str, run_id: str, request: Request) -> Response:
        refused = _refusal(airflow, api, request)
        run = airflow.find(dag_id, run_id)
        if refused is not None or run is None:
            return refused or _problem(404, f"The DagRun with run_id: `{run_id}` was not found")
        return JSONResponse(run.shown())

    @router.get(_RUNS + "/{run_id}/taskInstances")
    async def tasks(api: str, dag_id: str, run_id: str, request: Request) -> Response:
        refused = _refusal(airflow, api, request)
        run = airflow.find(dag_id, run_id)
        if refused is not None or run is None:
            return refused or _problem(404, "No tasks")
        found = run.tasks()
        return JSONResponse({"task_instances": found, "total_entries": len(found)})

    return router


def create_control_router(airflow: Airflow) -> APIRouter:
    router = APIRouter()

    @router.get("/runs")
    async def list_runs() -> list[dict[str, Any]]:
        return [run.shown() for run in airflow.runs.values()]

    @router.post("/runs/{run_id}", status_code=204)
    async def tell(
        run_id: str,
        state: Annotated[str, Body()],
        failed_tasks: Annotated[list[str], Body()],
    ) -> None:
        """Have a run be in this state from now on."""
        for run in airflow.runs.values():
            if run.run_id == run_id:
                run.told, run.failed_tasks = state, failed_tasks

    @router.post("/faults", status_code=204)
    async def answer_next(statuses: Annotated[list[int], Body(embed=True)]) -> None:
        """Answer the next runs that are to be started with these, and start none."""
        airflow.faults = list(statuses)

    @router.post("/missing", status_code=204)
    async def remove(dag_ids: Annotated[list[str], Body(embed=True)]) -> None:
        airflow.missing = set(dag_ids)

    @router.post("/log-out", status_code=204)
    async def log_everybody_out() -> None:
        """End all tokens that were given out."""
        airflow.tokens.clear()

    @router.post("/reset", status_code=204)
    async def reset() -> None:
        airflow.reset()

    return router


def _start(airflow: Airflow, api: str, dag_id: str, body: dict[str, Any]) -> Response:
    if airflow.faults:
        return _problem(airflow.faults.pop(0), "The sandbox was told to.")
    if dag_id in airflow.missing:
        return _problem(404, f"DAG with dag_id: '{dag_id}' not found")
    date = body.get("logical_date")
    if api == "v1":
        date = date or datetime.now(UTC).isoformat()
    if airflow.is_taken(dag_id, body["dag_run_id"], date):
        return _taken(api, dag_id, body["dag_run_id"])
    run = Run(dag_id, body["dag_run_id"], body.get("conf") or {}, date)
    airflow.runs[dag_id, run.run_id] = run
    return JSONResponse(run.shown())


def _refusal(airflow: Airflow, api: str, request: Request) -> Response | None:
    if api not in _KNOWN:
        return _problem(404, "Not Found")
    given = request.headers.get("authorization", "")
    basic = "Basic " + base64.b64encode(":".join(airflow.user).encode()).decode()
    if api == "v1" and given == basic:
        return None
    if given.removeprefix("Bearer ") in airflow.tokens:
        return None
    return _problem(401, "Invalid JWT token" if api == "v2" else "Unauthorized")


def _wrong(api: str, body: dict[str, Any]) -> Response | None:
    unknown = sorted(set(body) - _KNOWN[api])
    if unknown:
        return _invalid(api, unknown[0], "Extra inputs are not permitted")
    if api == "v2" and "logical_date" not in body:
        return _invalid(api, "logical_date", "Field required")
    if not is_run_id(body.get("dag_run_id")):
        return _invalid(api, "dag_run_id", "String should match the pattern for run ids")
    date = body.get("logical_date")
    if date is not None and datetime.fromisoformat(date).tzinfo is None:
        return _invalid(api, "logical_date", "Input should have timezone info")
    return None


def _invalid(api: str, name: str, message: str) -> Response:
    if api == "v1":
        return _problem(400, f"{{'{name}': ['{message}']}}")
    return JSONResponse({"detail": [{"loc": ["body", name], "msg": message}]}, 422)


def _taken(api: str, dag_id: str, run_id: str) -> Response:
    """Answer the same for a repeated id and for another run of the same date."""
    if api == "v1":
        return _problem(409, f"DAGRun with DAG ID: '{dag_id}' and DAGRun ID: '{run_id}' exists")
    reason = {
        "reason": "Unique constraint violation",
        "statement": "hidden",
        "orig_error": "hidden",
        "message": "Serious error when handling your request",
    }
    return JSONResponse({"detail": reason}, 409)


def _problem(status: int, detail: str) -> Response:
    return JSONResponse({"detail": detail, "status": status}, status)
