"""Somebody is shown what is kept about them: in a file that a person can read, and no more."""

import io
import json
import zipfile
from typing import Any

import pytest

from backend.auth.models import Role
from backend.calls.events import CallTranscriptUpdated
from backend.calls.models import Call
from backend.platform import clock, db, events
from backend.platform.people import personal_data
from backend.retention import disclosing, disclosure_pages, service
from backend.retention.models import Disclosure
from tests.support import builders
from tests.support.customers import Customer
from tests.support.people import dump, holding
from tests.support.problems import problem_of
from tests.support.recordings import completed, upload
from tests.support.sound import encoded, mono

NUMBER, OTHER = "+14155550181", "+14155550182"


async def a_call(customer: Customer, number: str, *lines: str, **columns: Any) -> Call:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id, name="Check-in")
        call = await builders.call(
            session, agent, to_number=number, lines=lines, started_at=clock.now(), **columns
        )
        await builders.record(session, call, data={"is_late": True})
        return call


async def downloaded(customer: Customer, **subject: str) -> zipfile.ZipFile:
    made = await customer.post("/disclosures", subject)
    answer = await customer.client.get(f"/api/v1/disclosures/{made['id']}/download")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def texts(archive: zipfile.ZipFile) -> str:
    return "".join(
        archive.read(name).decode() for name in archive.namelist() if "sound." not in name
    )


async def test_it_has_what_is_kept_of_the_number_and_of_no_other(customer: Customer) -> None:
    call = await a_call(
        customer, NUMBER, "agent: Hi.", "user: <b>Snow</b> & ice", variables={"driver": "Dana"}
    )
    await a_call(customer, NUMBER, "user: It melted.")
    await a_call(customer, OTHER, "user: A secret of somebody else.")

    archive = await downloaded(customer, phone_number="+1 (415) 555-0181")

    folders = {name.split("/")[1] for name in archive.namelist() if name.startswith("calls/")}
    assert len(folders) == 2
    whole = texts(archive)
    assert "A secret of somebody else." not in whole
    assert OTHER not in whole
    (folder,) = [each for each in folders if str(call.id) in each]
    page = archive.read(f"calls/{folder}/index.html").decode()
    assert "&lt;b&gt;Snow&lt;/b&gt; &amp; ice" in page
    assert "Dana" in page
    assert "is_late" in page
    told = json.loads(archive.read(f"calls/{folder}/call.json"))
    assert told["transcript"][1]["text"] == "<b>Snow</b> & ice"
    assert told["record"]["data"] == {"is_late": True}
    index = archive.read("index.html").decode()
    assert f"calls/{folder}/index.html" in index
    about = json.loads(archive.read("about.json"))
    assert about["rows"]["calls"] == 2
    assert "http" not in index + page, "It opens without a network."


async def test_the_sound_is_in_it(customer: Customer) -> None:
    agent = await customer.published_agent()
    content = encoded(mono())
    sent = await upload(customer, agent, content)
    recording = await completed(customer, sent["id"])

    archive = await downloaded(customer, call_id=recording["call_id"])

    (sound,) = [name for name in archive.namelist() if name.endswith("sound.wav")]
    assert archive.read(sound) == content
    assert 'src="sound.wav"' in texts(archive)


async def test_sound_that_is_gone_is_said_to_be(customer: Customer) -> None:
    call = await a_call(
        customer, NUMBER, "user: Hi.", known={"recording_url": [5, "http://127.0.0.1:9/gone.wav"]}
    )

    archive = await downloaded(customer, call_id=str(call.id))

    assert any(name.endswith("sound-missing.txt") for name in archive.namelist())
    assert "<audio" not in texts(archive)


async def test_of_whom_nothing_is_kept_the_file_says_so(customer: Customer) -> None:
    archive = await downloaded(customer, phone_number=OTHER)

    assert archive.namelist() == ["index.html", "about.json"]
    assert "0 calls" in archive.read("index.html").decode()


@pytest.mark.parametrize("subject", [{}, {"phone_number": "nobody"}, {"phone_number": "12"}])
async def test_what_names_nobody_is_refused(customer: Customer, subject: dict[str, str]) -> None:
    answer = await customer.client.post("/api/v1/disclosures", json=subject)

    assert answer.status_code == 422


async def test_it_can_be_downloaded_for_a_week(customer: Customer) -> None:
    made = await customer.post("/disclosures", {"phone_number": NUMBER})
    async with db.transaction(customer.sessions) as session:
        row = await session.get_one(Disclosure, made["id"])
        row.expires_at = clock.now()
    listed = await customer.get("/disclosures")

    for path in ("", "/download"):
        answer = await customer.client.get(f"/api/v1/disclosures/{made['id']}{path}")
        problem_of(answer, 404, "disclosure-not-found")
    assert listed["items"] == []
    async with db.transaction(customer.sessions) as session:
        await disclosing.forget_expired(session)
    async with db.transaction(customer.sessions) as session:
        assert await session.get(Disclosure, made["id"]) is None


async def test_it_goes_with_the_person(customer: Customer) -> None:
    call = await a_call(customer, NUMBER, "user: Hi.")
    made = [
        await customer.post("/disclosures", subject)
        for subject in ({"phone_number": NUMBER}, {"call_id": str(call.id)})
    ]
    async with db.transaction(customer.sessions) as session:
        subject = service.subject_of(customer.org.id, NUMBER, None)
        rooms = service.holdings_of(session)
        found = await personal_data.find_all(session, rooms, subject)
        counts = await personal_data.erase_rows(session, rooms, found)

    assert counts["disclosures"] == 2
    dumped = await dump(customer.settings.database.dsn)
    assert holding({"disclosures": dumped["disclosures"]}, *(each["id"] for each in made)) == {}


async def test_a_preview_says_what_would_go_and_takes_nothing(customer: Customer) -> None:
    call = await a_call(customer, NUMBER, "user: Hi.")
    await a_call(customer, OTHER, "user: Hello.")

    found = await customer.post("/erasures/preview", {"phone_number": NUMBER})

    assert (found["calls"], found["tables"]["calls"], found["tables"]["records"]) == (1, 1, 1)
    assert found["held_by"] is None
    assert await customer.get(f"/calls/{call.id}")
    hold = await customer.post("/holds", {"call_id": str(call.id), "reason": "Case 7"})
    held = await customer.post("/erasures/preview", {"call_id": str(call.id)})
    assert (held["held_by"], held["held_because"]) == (hold["id"], "Case 7")


async def test_what_is_found_in_two_ways_is_counted_once(customer: Customer) -> None:
    call = await a_call(customer, NUMBER, "user: Hi.")
    updated = CallTranscriptUpdated(org_id=customer.org.id, agent_id=call.agent_id, call_id=call.id)
    async with db.transaction(customer.sessions) as session:
        await events.publish(session, updated)

    found = await customer.post("/erasures/preview", {"phone_number": NUMBER})

    assert found["tables"]["events"] == 1


async def test_only_administrators_disclose(customer: Customer) -> None:
    manager = await customer.colleague(Role.MANAGER)

    answer = await manager.client.post("/api/v1/disclosures", json={"phone_number": NUMBER})

    problem_of(answer, 403, "role-missing")


def test_pages_hold_no_markup_of_anybody_elses() -> None:
    evil = "<script>alert(1)</script>"
    turn = {"role": "user", "text": evil, "start_ms": None}
    told = {"summary": evil, "transcript": [turn], "variables": {evil: [evil, None, {"a": evil}]}}

    assert "<script>" not in disclosure_pages.call(told, evil, None)
    listed = disclosure_pages.Listed(evil, evil, evil, evil)
    assert "<script>" not in disclosure_pages.index(evil, [listed], {evil: 1})
