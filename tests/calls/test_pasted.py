"""Transcripts as people paste them."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from backend.calls.pasted import TranscriptNotUnderstood, read_pasted

SAID = [("agent", "Where are you?"), ("user", "Near exit 4: the big one.")]


def read(text: str) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in read_pasted(text)]


def starts(text: str) -> list[int | None]:
    return [turn.start_ms for turn in read_pasted(text)]


@pytest.mark.parametrize(
    ("agent", "user"),
    [
        ("Agent:", "User:"),
        ("AI:", "User:"),
        ("Bot:", "Customer:"),
        ("ASSISTANT:", "HUMAN:"),
        ("assistant :", "caller :"),
        ("AI Agent:", "Client:"),
        ("Agent (Anna):", "Customer [Mike]:"),
        ("**AI:**", "**User:**"),
        ("**AI**:", "**User**:"),
        ("- AI:", "- User:"),
        ("> Bot:", "> Customer:"),
        ("AI\t", "User\t"),
        ("AI\n", "Customer\n"),
        ("Agente:", "Cliente:"),
    ],
)
def test_the_speakers_of_other_makers_are_known(agent: str, user: str) -> None:
    assert read(f"{agent} {SAID[0][1]}\n\n{user} {SAID[1][1]}\n") == SAID


@pytest.mark.parametrize(
    "text",
    [
        "[00:01] AI: Where are you?\n[01:02] User: Near exit 4: the big one.",
        "00:01 AI: Where are you?\n01:02 User: Near exit 4: the big one.",
        "[00:00:01] Bot: Where are you?\n[00:01:02] Customer: Near exit 4: the big one.",
        "(0:01) AI: Where are you?\n(1:02) User: Near exit 4: the big one.",
        "AI (00:01): Where are you?\nUser (01:02): Near exit 4: the big one.",
        "AI [0:01]: Where are you?\nUser [1:02]: Near exit 4: the big one.",
        "Agent  0:01\nWhere are you?\n\nCaller  1:02\nNear exit 4: the big one.",
        "[00:01 - 00:03] AI: Where are you?\n[01:02 - 01:09] User: Near exit 4: the big one.",
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\n<v Agent>Where are you?</v>\n\n2\n"
        "00:01:02.000 --> 00:01:09.000\n<v Customer>Near exit 4: the big one.</v>\n",
        "1\n00:00:01,000 --> 00:00:03,000\nAI: Where are you?\n\n2\n"
        "00:01:02,000 --> 00:01:09,000\nUser: Near exit 4: the big one.\n",
    ],
)
def test_times_are_read_wherever_they_stand(text: str) -> None:
    assert read(text) == SAID
    assert starts(text) == [1000, 62_000]


@pytest.mark.parametrize(
    "given",
    [
        [{"role": "assistant", "content": SAID[0][1]}, {"role": "user", "content": SAID[1][1]}],
        [
            {"role": "system", "message": "Be kind."},
            {"role": "bot", "message": SAID[0][1]},
            {"role": "user", "message": SAID[1][1]},
        ],
        {"turns": [{"speaker": role.title(), "text": words} for role, words in SAID]},
    ],
)
def test_lists_of_other_apis_are_read(given: object) -> None:
    assert read(json.dumps(given)) == SAID


def test_a_line_without_a_speaker_goes_on_with_the_one_before() -> None:
    assert read("AI: Where\nare you?\nUser: Near\nexit 4: the big one.") == [
        ("agent", "Where\nare you?"),
        ("user", "Near\nexit 4: the big one."),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Where are you?\nUser: Here.", "line 1 does not say who speaks"),
        ("Agent: Hello.\n\nDave: Hi.", "line 3: it is not known whether 'Dave' is"),
        ("[0:01] Speaker 1: Hello.\n[0:02] Speaker 2: Hi.", "line 1: it is not known"),
        ("AI: Hello.\n[0:02] dave: Hi.", "line 2: it is not known"),
        ("", "nobody says anything"),
        ("Agent:\nUser:\n", "nobody says anything"),
        ('[{"role": "dave", "text": "Hi."}]', "entry 1: it is not known whether 'dave'"),
        ('["Hi."]', "entry 1 is no object"),
        ("AI: Hi.\n" * 2001, "line 2001: more than 2000 turns"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(TranscriptNotUnderstood) as refused:
        read_pasted(text)
    assert said in str(refused.value)


WORDS = st.from_regex(r"[a-z][a-z ,.]{0,30}[a-z.]", fullmatch=True)
TURNS = st.lists(st.tuples(st.sampled_from(["agent", "user"]), WORDS), min_size=1, max_size=10)
FORMS = st.sampled_from(
    ["{who}: {words}", "[0:07] {who}: {words}", "{who} (0:07): {words}", "**{who}:** {words}"]
)


@given(TURNS, FORMS, st.sampled_from([("AI", "Customer"), ("Bot", "Caller")]))
def test_every_word_stays_with_who_said_it(
    turns: list[tuple[str, str]], form: str, names: tuple[str, str]
) -> None:
    of = dict(zip(("agent", "user"), names, strict=True))
    text = "\n".join(form.format(who=of[role], words=words) for role, words in turns)

    assert read(text) == [(role, words.strip()) for role, words in turns]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(TranscriptNotUnderstood):
        assert all(turn.text.strip() for turn in read_pasted(text))


@pytest.mark.parametrize("piece", ["a", "a b ", "(", "1:", "Aa_", " ", "<v ", "**", "[0:01", "a-"])
def test_a_long_line_of_anything_takes_no_longer_than_its_length(piece: str) -> None:
    began = time.process_time()
    read_pasted("AI: Hi.\n" + piece * (400_000 // len(piece)) + "x")
    assert time.process_time() - began < 5
