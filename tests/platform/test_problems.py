"""Every failure as a problem document: kinds, places, and what stays hidden."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from backend.platform import errors, problems
from backend.platform.api.description import describe
from backend.platform.errors import AppError, FieldError
from tests.support.logs import captured_log
from tests.support.problems import pointers, problem_of

KINDS: list[tuple[type[AppError], int]] = [
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.PreconditionFailed, 412),
    (errors.TooLarge, 413),
    (errors.Rejected, 422),
    (errors.TooMany, 429),
    (errors.AppError, 500),
    (errors.UpstreamFailed, 502),
    (errors.Unavailable, 503),
    (errors.UpstreamTimedOut, 504),
]


class Stop(BaseModel):
    model_config = ConfigDict(extra="forbid")

    city: str
    weight: Annotated[int, Field(ge=0)] = 0


class Route(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stops: list[Stop]
    labels: dict[str, int] = {}


class Desk:
    """An app whose one path raises what a test puts here."""

    def __init__(self) -> None:
        self.error: Exception = RuntimeError("nothing to raise")
        self.app = FastAPI()
        problems.install(self.app)
        self.app.get("/raise")(self._raise)
        self.app.post("/routes")(self._take)

    async def _raise(self) -> None:
        raise self.error

    async def _take(self, body: Route, limit: Annotated[int, Field(le=9)] = 1) -> None:
        del body, limit

    async def raised(self, error: Exception) -> httpx.Response:
        self.error = error
        return await self.client.get("/raise")

    @property
    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(base_url="http://desk", transport=transport)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(("kind", "status"), KINDS, ids=lambda value: getattr(value, "code", ""))
async def test_each_kind_of_failure_has_its_status(
    desk: Desk, kind: type[AppError], status: int
) -> None:
    response = await desk.raised(kind("The thing could not be done."))

    document = problem_of(response, status, kind.code)
    assert document["title"] == kind.title
    assert document["detail"] == "The thing could not be done."
    assert "errors" not in document


async def test_a_rooms_own_failure_has_the_status_of_its_kind_and_a_name_of_its_own(
    desk: Desk,
) -> None:
    class PaperJammed(errors.Conflict):
        code, title = "paper-jammed", "The paper is jammed"

    document = problem_of(await desk.raised(PaperJammed("Tray 2.", tray=2)), 409, "paper-jammed")

    assert document["title"] == "The paper is jammed"
    assert document["tray"] == 2


async def test_a_member_that_is_not_known_is_left_out(desk: Desk) -> None:
    response = await desk.raised(errors.NotFound("Gone.", since=None))

    assert "since" not in response.json()


async def test_wrong_inputs_are_listed_with_their_places(desk: Desk) -> None:
    wrong = [FieldError("/a", "Too long."), FieldError("/b/0", "Unknown.")]

    document = problem_of(await desk.raised(errors.Rejected("No.", errors=wrong)), 422, "rejected")

    assert document["errors"] == [
        {"pointer": "/a", "message": "Too long."},
        {"pointer": "/b/0", "message": "Unknown."},
    ]


@pytest.mark.parametrize(("retry_after", "header"), [(0.2, "1"), (7, "7"), (61.6, "62")])
async def test_what_may_pass_by_itself_says_when_to_ask_again(
    desk: Desk, retry_after: float, header: str
) -> None:
    response = await desk.raised(errors.UpstreamFailed("Down.", retry_after=retry_after))

    assert response.headers["retry-after"] == header


@pytest.mark.parametrize(
    ("kind", "header"),
    [(errors.TooMany, "1"), (errors.Unavailable, "5"), (errors.UpstreamFailed, None)],
)
async def test_too_many_and_unavailable_say_so_even_when_nobody_knows(
    desk: Desk, kind: type[AppError], header: str | None
) -> None:
    response = await desk.raised(kind("Not now."))

    assert response.headers.get("retry-after") == header


async def test_a_surprise_hides_its_details_and_logs_them(desk: Desk) -> None:
    with captured_log() as log:
        response = await desk.raised(RuntimeError("the key is swordfish"))

    document = problem_of(response, 500, "unexpected")
    assert document["detail"] == "Something went wrong here; the log has the details."
    assert "swordfish" not in response.text
    assert len(log.of("request.failed")) == 1
    assert "swordfish" in log.text


async def test_a_client_that_hangs_up_is_no_failure_of_ours(desk: Desk) -> None:
    with captured_log() as log:
        await desk.raised(ClientDisconnect())

    assert len(log.of("request.abandoned")) == 1
    assert log.of("request.failed") == []


async def test_text_that_has_no_encoding_does_not_stop_a_problem_from_being_told(
    desk: Desk,
) -> None:
    response = await desk.raised(errors.Rejected("Not a name: \ud800"))

    assert problem_of(response, 422, "rejected")["detail"] == "Not a name: \ud800"


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, ["/stops"]),
        ({"stops": 7}, ["/stops"]),
        ({"stops": [{"city": "Indio"}, {"city": 7}]}, ["/stops/1/city"]),
        ({"stops": [{"city": "Indio", "weight": -1}]}, ["/stops/0/weight"]),
        ({"stops": [{}], "colour": "red"}, ["/stops/0/city", "/colour"]),
        ({"stops": [], "labels": {"a/b~c": "x"}}, ["/labels/a~1b~0c"]),
        ([], [""]),
    ],
)
async def test_an_invalid_body_is_refused_with_a_pointer_to_each_wrong_place(
    desk: Desk, body: Any, places: list[str]
) -> None:
    response = await desk.client.post("/routes", json=body)

    assert pointers(problem_of(response, 422, "invalid-request")) == places


async def test_an_invalid_query_is_refused_by_the_parameters_name(desk: Desk) -> None:
    response = await desk.client.post("/routes", params={"limit": "many"}, json={"stops": []})

    assert pointers(problem_of(response, 422, "invalid-request")) == ["query:limit"]


async def test_a_body_without_its_content_type_is_refused_in_words_that_help(desk: Desk) -> None:
    response = await desk.client.post("/routes", content=b'{"stops": []}')

    document = problem_of(response, 422, "invalid-request")
    assert "Content-Type: application/json" in document["errors"][0]["message"]


async def test_malformed_json_is_refused_with_the_place_where_it_breaks(desk: Desk) -> None:
    response = await desk.client.post(
        "/routes", content=b'{"stops": [}', headers={"Content-Type": "application/json"}
    )

    document = problem_of(response, 400, "malformed-json")
    assert "character 11" in document["errors"][0]["message"]


@pytest.mark.parametrize("body", [b'{"stops": "\xff"}', b"[" * 100_000])
async def test_what_cannot_even_be_parsed_is_a_bad_request(desk: Desk, body: bytes) -> None:
    response = await desk.client.post(
        "/routes", content=body, headers={"Content-Type": "application/json"}
    )

    problem_of(response, 400, "bad-request")


async def test_an_unknown_path_is_a_problem_too(desk: Desk) -> None:
    document = problem_of(await desk.client.get("/nowhere"), 404, "not-found")

    assert document["detail"] == "There is nothing at /nowhere."


async def test_a_wrong_method_is_a_problem_that_names_the_right_one(desk: Desk) -> None:
    response = await desk.client.delete("/routes")

    document = problem_of(response, 405, "method-not-allowed")
    assert document["detail"] == "DELETE does not work on /routes."
    assert response.headers["allow"] == "POST"


async def test_the_api_documents_its_refusals_as_problems_whatever_it_answers_otherwise(
    desk: Desk,
) -> None:
    app = FastAPI(responses=problems.RESPONSES)
    app.get("/thing")(desk._raise)
    app.get("/stream", response_class=StreamingResponse)(desk._raise)

    paths = describe(app)["paths"]

    for path in ("/thing", "/stream"):
        refusal = paths[path]["get"]["responses"]["4XX"]
        assert list(refusal["content"]) == ["application/problem+json"]
