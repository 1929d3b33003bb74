"""Who is who: told by what is said, and unsure is an answer that a person is asked about."""

from backend.recordings.roles import Voice, by_opening
from tests.support.customers import Customer
from tests.support.recordings import LATE, completed, upload
from tests.support.sound import encoded, mono

OPENING = "Hello, this is {{clinic}}. Am I speaking with {{patient_name}}?"
FIRST: Voice = (0, "0")
SECOND: Voice = (0, "1")


def test_the_voice_that_says_the_opening_is_the_agent_whatever_was_filled_in() -> None:
    said = {
        FIRST: "Hello? Yes. Yes, this is Ana Torres. Could you speak up a little, please?",
        SECOND: "Hello, this is Lakeside Family Practice. Am I speaking with Ana Torres?",
    }

    told = by_opening(OPENING, said, [FIRST, SECOND])

    assert told is not None
    assert told.roles == {FIRST: "user", SECOND: "agent"}


def test_an_opening_that_both_or_none_say_tells_nothing() -> None:
    both = dict.fromkeys((FIRST, SECOND), "Hello, this is Ana. Am I speaking with the practice?")
    none = {FIRST: "Good morning to you.", SECOND: "Good morning, how are you?"}

    assert by_opening(OPENING, both, [FIRST, SECOND]) is None
    assert by_opening(OPENING, none, [FIRST, SECOND]) is None


async def test_where_nothing_tells_who_the_agent_is_a_person_is_asked(customer: Customer) -> None:
    agent = await customer.published_agent(record_schema=LATE)
    sent = await upload(customer, agent, encoded(mono()))
    recording = await completed(customer, sent["id"])

    record = await customer.record_of(recording["call_id"])

    assert record["status"] == "needs_review"
    assert "speakers_unknown" in {problem["code"] for problem in record["problems"]}
