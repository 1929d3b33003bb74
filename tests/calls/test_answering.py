"""Who took a call, told by what was said first."""

import pytest
from hypothesis import given, strategies as st

from backend.calls import answering, lifecycle
from backend.calls.lifecycle import CallState
from backend.calls.models import AnsweredBy, CallStatus, Turn
from tests.support import builders

HUMAN, VOICEMAIL = AnsweredBy.HUMAN, AnsweredBy.VOICEMAIL
SCREENING, IVR = AnsweredBy.SCREENING, AnsweredBy.IVR


def turns(*lines: str) -> list[Turn]:
    return [Turn.model_validate(turn) for turn in builders.turns(*lines)]


VOICEMAILS = [
    ("user: Hi, you've reached Mike. Please leave a message after the tone.",),
    ("user: Your call has been forwarded to an automated voice messaging system.",),
    ("user: Hey, it\u2019s Mike, I can\u2019t come to the phone right now.", "agent: Hi Mike."),
    ("user: Hi, you have reached Mike Jones. Please leave", "agent: Hi.", "user: a message."),
    (
        "user: The person you are calling is not available. At the tone, please record your "
        "message.",
        "agent: Hi Mike, this is dispatch. Please call us back.",
        "user: When you have finished recording, you may hang up or press 1 for more options.",
    ),
    (
        "user: Hello, this is Dana's voicemail box.",
        "agent: Hi Dana.",
        "user: I'll call you back as soon as I can. Thank you, bye.",
    ),
    ("user: The mailbox is full and cannot accept messages at this time. Goodbye.",),
    ("user: Hola, no puedo contestar. Deje su mensaje después de la señal.",),
    ("user: Guten Tag, bitte hinterlassen Sie eine Nachricht nach dem Signalton.",),
    ("user: Bonjour, laissez un message après le bip.",),
]
SCREENINGS = [
    (
        "user: Hi, if you record your name and reason for calling, I'll see if this person is "
        "available.",
        "agent: This is dispatch about load 4711.",
        "user: Please stay on the line.",
    ),
    (
        "user: Hi, the person you're calling is using a screening service from Google. Go ahead "
        "and say your name and why you're calling.",
        "agent: This is dispatch.",
    ),
    ("user: All of our representatives are busy assisting other callers.",),
    ("user: Thank you for calling. Your call is important to us. Please hold.",),
    ("user: Press 1 for sales.", "user: You are caller number three in the queue."),
]
MENUS = [
    ("user: Thank you for calling Acme. For sales, press 1. For service, press two.",),
    ("user: If you know your party's extension, you may dial it at any time.",),
    ("user: Para español, oprima el dos.",),
]
PEOPLE = [
    ("agent: Hi, is this Mike?", "user: Yes, speaking."),
    ("user: Hello?",),
    ("user: Acme Freight, Dana speaking, how can I help?",),
    (
        "user: Hi, if you record your name and reason for calling, I'll see if this person is "
        "available.",
        "agent: This is dispatch.",
        "user: Hello? Who is this?",
    ),
    (
        "user: You've reached Mike, please leave a message.",
        "agent: Hi Mike, this is dispatch.",
        "user: Wait, I'm here, sorry, I just walked in.",
    ),
    ("user: Hello?", "agent: Is Mike there?", "user: He's out. Please hold, I'll ask."),
    (
        "agent: Is this Mike?",
        "user: Yes.",
        "agent: How is it going?",
        "user: Fine, I called the shop and had to leave a message after the tone, so I wait.",
    ),
    (*("user: Fine.",) * 9, "user: Then I had to press 1 and leave a message."),
]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        *((lines, VOICEMAIL) for lines in VOICEMAILS),
        *((lines, SCREENING) for lines in SCREENINGS),
        *((lines, IVR) for lines in MENUS),
        *((lines, HUMAN) for lines in PEOPLE),
        (("agent: Hello? Is anybody there?",), AnsweredBy.UNKNOWN),
    ],
)
def test_the_first_words_tell_who_took_the_call(
    lines: tuple[str, ...], expected: AnsweredBy
) -> None:
    state = CallState(CallStatus.ENDED, turns=tuple(turns(*lines)))

    source = None if expected is AnsweredBy.UNKNOWN else "transcript"
    assert lifecycle.answered_by(state) == (expected, source)


def flagged(*lines: str, **facts: str | bool) -> AnsweredBy:
    known = {name: (1, value) for name, value in facts.items()}
    return lifecycle.answered_by(CallState(CallStatus.ENDED, known, turns=tuple(turns(*lines))))[0]


@pytest.mark.parametrize("lines", PEOPLE[3:5] + PEOPLE[:1])
def test_whoever_talks_with_the_agent_is_a_person_whatever_retell_takes_them_for(
    lines: tuple[str, ...],
) -> None:
    assert flagged(*lines, in_voicemail=True) is HUMAN
    assert flagged(*lines, status_reason="voicemail_reached") is HUMAN
    assert flagged(*lines, status_reason="ivr_reached") is HUMAN


@pytest.mark.parametrize(
    "lines",
    [
        ("user: Yo, it's Dave, you know what to do.",),
        ("user: Yo, it's Dave,", "agent: Hi Dave.", "user: you know what to do."),
        *VOICEMAILS,
        *SCREENINGS,
    ],
)
def test_a_greeting_that_no_rule_knows_is_what_retell_says(lines: tuple[str, ...]) -> None:
    assert flagged(*lines, in_voicemail=True) is VOICEMAIL


def test_a_listeners_mm_hm_and_pressed_keys_are_nobodys_words() -> None:
    quiet = Turn(turn=1, role="user", text="Mm-hm.", is_backchannel=True)
    pressed = Turn(turn=2, role="dtmf", text="1")

    assert answering.heard([*turns("agent: Hello?"), quiet, pressed]) is AnsweredBy.UNKNOWN


SAID = st.lists(
    st.sampled_from([*{line for lines in VOICEMAILS + SCREENINGS + PEOPLE for line in lines}]),
    max_size=12,
)


@given(SAID)
def test_whatever_is_said_somebody_or_something_said_it(lines: list[str]) -> None:
    said = turns(*lines)

    by = answering.heard(said)

    is_silent = not any(turn.role == "user" for turn in said)
    assert (by is AnsweredBy.UNKNOWN) == is_silent
    assert by in {HUMAN, VOICEMAIL, SCREENING, IVR, AnsweredBy.UNKNOWN}
