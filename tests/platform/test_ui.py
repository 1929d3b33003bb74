import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from backend.platform import problems, ui
from backend.platform.services import services_of
from backend.platform.settings import StorageSettings
from backend.platform.storage import Storage, StorageFailed, open_storage
from tests.support.object_store import CREDENTIALS

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SCRIPT = b"console.log('ring')"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Ringback</title>")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    script = tmp_path / "assets" / "main-1a2b.js"
    script.write_bytes(SCRIPT)
    script.with_name("main-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    return tmp_path


@pytest.fixture
async def browser(built: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(built) as client:
        yield client


def client_of(static: Path) -> httpx.AsyncClient:
    app = FastAPI()
    problems.install(app)
    app.add_api_route("/api/v1/calls", lambda: {"items": []}, methods=["GET"])
    ui.install(app, static)
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://ringback", headers=BROWSER)


@pytest.mark.parametrize("path", ["/", "/calls", "/calls/0199-a", "/settings/api-keys"])
async def test_every_page_is_the_one_document_and_always_asked_for(
    browser: httpx.AsyncClient, path: str
) -> None:
    response = await browser.get(path)

    assert response.status_code == 200
    assert response.text.endswith("<title>Ringback</title>")
    assert response.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/webhook/x", "/health/x", "/assets/gone.js"])
async def test_what_is_not_a_page_stays_not_found(browser: httpx.AsyncClient, path: str) -> None:
    response = await browser.get(path)

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_programs_that_mistype_a_path_get_no_page(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/call", headers={"accept": "*/*"})).status_code == 404
    assert (await browser.post("/calls")).status_code == 404


async def test_the_api_comes_first(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/api/v1/calls")).json() == {"items": []}


@pytest.mark.parametrize(("accepted", "sent"), [("gzip, br", "gzip"), ("identity", None)])
async def test_assets_are_kept_forever_and_sent_as_compressed_by_the_build(
    browser: httpx.AsyncClient, accepted: str, sent: str | None
) -> None:
    response = await browser.get("/assets/main-1a2b.js", headers={"accept-encoding": accepted})

    assert response.content == SCRIPT
    assert response.headers.get("content-encoding") == sent
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["vary"] == "accept-encoding"


async def test_nothing_outside_the_build_is_served(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/assets/..%2findex.html")

    assert response.status_code == 404


@pytest.mark.parametrize("name", ["%00", "a" * 300 + ".js", "%FF.js"])
@pytest.mark.parametrize("accepted", ["gzip, br", "identity"])
async def test_an_asset_that_no_build_could_have_is_not_found(
    browser: httpx.AsyncClient, name: str, accepted: str
) -> None:
    answer = await browser.get(f"/assets/{name}", headers={"accept-encoding": accepted})

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    async with client_of(tmp_path) as client:
        responses = [await client.get("/"), await client.get("/assets/main.js")]

    for response in responses:
        assert response.status_code == 404
        assert response.json()["type"] == "urn:ringback:problem:ui-not-built"
        assert "make ui" in response.json()["detail"]


async def test_pages_may_send_files_to_the_storage_and_nowhere_else(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    app = FastAPI()
    ui.install(app, built)
    settings = StorageSettings(url="s3://calls", endpoint_url="http://store.example.com:9000")
    services_of(app).put(Storage, open_storage(settings, built))

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://ringback", headers=BROWSER
    ) as browser:
        policy = (await browser.get("/")).headers["content-security-policy"]

    assert "; connect-src 'self' http://store.example.com:9000; " in policy


class OutOfReach(Storage):
    """An object store whose credentials cannot be had just now."""

    def __init__(self) -> None:
        pass

    async def upload_origin(self) -> str | None:
        raise StorageFailed("The file could not be signed.")


async def test_a_store_that_cannot_sign_does_not_keep_the_pages_away(built: Path) -> None:
    app = FastAPI()
    services_of(app).put(Storage, OutOfReach())
    ui.install(app, built)
    transport = httpx.ASGITransport(app)

    async with httpx.AsyncClient(
        transport=transport, base_url="http://ringback", headers=BROWSER
    ) as client:
        page = await client.get("/calls")

    assert page.status_code == 200
    assert "connect-src 'self'" in page.headers["content-security-policy"]
