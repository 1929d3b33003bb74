"""From a fresh clone to a record on the screen: `make demo` of this commit and of an earlier one.

Each is cloned anew and started with its own port and data; package caches of the machine are used
by both. On the screen means that the UI is built and served, and that a record has been made: where
the demo places no call itself, one is placed as soon as the API answers.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
EARLIER = "4768f61"
LONGEST_SECONDS = 900
LOGIN = {"email": "admin@example.com", "password": "ringback-demo"}
MADE = {"valid", "needs_review", "corrected"}


def main() -> None:
    earlier, now = sys.argv[1:3] if len(sys.argv) > 2 else (EARLIER, "HEAD")
    seconds: dict[str, list[float]] = {earlier: [], now: []}
    for commit in (earlier, now):
        seconds[commit].append(_measure(commit))
    before, after = min(seconds[earlier]), min(seconds[now])
    print(
        json.dumps(
            {
                "figure": "demo_to_record",
                "earlier": earlier,
                "earlier_seconds": round(before, 1),
                "seconds": round(after, 1),
                "ratio": round(after / before, 2),
                "load": os.getloadavg()[0],
            }
        )
    )


def _measure(commit: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "ringback"
        _run("git", "clone", "--quiet", "--no-checkout", str(ROOT), str(clone))
        _run("git", "-C", str(clone), "checkout", "--quiet", commit)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {**os.environ, "PORT": str(port), "DATA_DIR": str(Path(folder) / "data")}
        began = time.monotonic()
        demo = subprocess.Popen(
            ["make", "demo"],  # noqa: S607 - whichever make there is
            cwd=clone,
            env=environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_for_record(f"http://127.0.0.1:{port}", began)
            return time.monotonic() - began
        finally:
            os.killpg(demo.pid, signal.SIGINT)
            demo.wait(60)
            shutil.rmtree(clone, ignore_errors=True)


def _wait_for_record(url: str, began: float) -> None:
    placed = False
    with httpx.Client(base_url=url, timeout=5) as client:
        while time.monotonic() - began < LONGEST_SECONDS:
            time.sleep(0.25)
            try:
                if "authorization" not in client.headers:
                    login = client.post("/api/v1/auth/login", json=LOGIN).json()
                    client.headers["authorization"] = f"Bearer {login['access_token']}"
                calls = client.get("/api/v1/calls").json()["items"]
                page = client.get("/calls", headers={"accept": "text/html"})
                if page.is_success and any(call["record_status"] in MADE for call in calls):
                    return
                placed = placed or bool(calls) or _place(client)
            except (httpx.HTTPError, KeyError, ValueError):
                continue
    raise SystemExit("There was no record in time.")


def _place(client: httpx.Client) -> bool:
    """Place the call that a person would, once the example agents are published."""
    agents = client.get("/api/v1/agents").json()["items"]
    if not agents or any(agent["published_version"] is None for agent in agents):
        return False
    agent = next(each for each in agents if each["name"] == "Driver check-in")
    variables = {each["name"]: each["example"] or "one" for each in agent["variables"]}
    call = {"agent_id": agent["id"], "to_number": "+14155550110", "variables": variables}
    return client.post("/api/v1/calls", json=call).is_success


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - commands of this file


if __name__ == "__main__":
    main()
