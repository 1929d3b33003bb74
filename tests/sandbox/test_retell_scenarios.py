"""Which call is played, and what is said in it."""

import json
from pathlib import Path

import pytest

from backend.sandbox import screenplay
from backend.sandbox.dialogues import read_dialogues
from backend.sandbox.retell.provider import RetellOptions
from backend.sandbox.scenarios import CONVERSATIONS, NUMBERS, fitting, reached_at, scenarios
from tests.sandbox.sandbox_user import SandboxUser

OUTCOMES = {
    "driver_check_in": ("ended", "agent_hangup"),
    "misread": ("ended", "agent_hangup"),
    "emergency": ("ended", "call_transfer"),
    "no_answer": ("not_connected", "dial_no_answer"),
    "busy": ("not_connected", "dial_busy"),
    "declined": ("not_connected", "user_declined"),
    "voicemail": ("ended", "voicemail_reached"),
    "hang_up": ("ended", "user_hangup"),
    "sales": ("ended", "agent_hangup"),
    "appointment": ("ended", "agent_hangup"),
    "long_call": ("ended", "agent_hangup"),
    "spanish": ("ended", "agent_hangup"),
    "provider_error": ("error", "error_retell"),
}


def test_every_scenario_has_an_outcome_and_a_number_of_its_own() -> None:
    assert set(scenarios()) == set(OUTCOMES)
    assert sorted(NUMBERS.values()) == sorted(OUTCOMES)
    assert all(number.startswith("+141555501") for number in NUMBERS)


@pytest.mark.parametrize("number", NUMBERS)
async def test_the_dialled_number_chooses_the_scenario(user: SandboxUser, number: str) -> None:
    agent = await user.agent(webhook_url=None)

    call = await user.dial(agent.agent_id, to_number=number)

    analyzed = await user.analyzed(call.call_id)
    assert (analyzed.call_status, analyzed.disconnection_reason) == OUTCOMES[NUMBERS[number]]
    assert (await user.seen(call.call_id))["scenario"] == NUMBERS[number]


async def test_metadata_wins_over_the_number(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)

    call = await user.play(agent.agent_id, "hang_up", to_number="+14155550101")

    assert call.disconnection_reason == "user_hangup"


@pytest.mark.parametrize(
    ("prompt", "language", "scenario"),
    [
        ("Call the driver about the load; ask for ETA and delays.", "en-US", "driver_check_in"),
        ("Qualify the lead: needs, budget, objections. Offer a demo.", "en-US", "sales"),
        ("An accident was reported. Ask who is injured, call an ambulance.", "en-GB", "emergency"),
        ("Remind the patient of the appointment at the clinic.", "en-US", "appointment"),
        ("Pregunta al conductor por su carga.", "es-419", "spanish"),
        ("Book a table for four.", "en-US", "driver_check_in"),
    ],
)
def test_otherwise_the_agents_prompt_chooses(prompt: str, language: str, scenario: str) -> None:
    assert fitting(prompt, language).name == scenario


CLINIC = "The clinic: remind each patient of the appointment or the checkup with doctor or nurse."
DISPATCH = "Dispatch, drivers, loads, freight, delivery, ETA. Accident, injury and fire go first."


@pytest.mark.parametrize(
    ("prompt", "number", "scenario"),
    [
        (CLINIC, "+14155550110", "appointment"),
        (CLINIC, "+14155550101", "no_answer"),
        (DISPATCH, "+14155550111", "emergency"),
        (DISPATCH, "+14155550115", "driver_check_in"),
        ("Call the driver about the load.", "+14155550112", "sales"),
        ("Say hello.", "+14155550112", "sales"),
    ],
)
def test_a_person_has_something_to_talk_about_with_the_agent(
    prompt: str, number: str, scenario: str
) -> None:
    assert reached_at(number, prompt, "en-US").name == scenario


async def test_an_agents_prompt_and_states_choose_what_it_plays(user: SandboxUser) -> None:
    llm = {
        "general_prompt": "You work in sales.",
        "starting_state": "pitch",
        "states": [{"name": "pitch", "state_prompt": "Find the budget and offer a demo."}],
    }
    agent = await user.agent(llm=llm)

    call = await user.dial(agent.agent_id)

    assert (await user.seen(call.call_id))["scenario"] == "sales"


def test_people_talk_like_people() -> None:
    for name in CONVERSATIONS:
        said = " ".join(line.text for line in scenarios()[name].lines if line.role == "user")
        assert any(pause in said.lower() for pause in (" um,", "uh,", "este,", "hmm")), name


def test_no_scenario_leaves_a_variable_open_but_the_callers() -> None:
    for scenario in scenarios().values():
        texts = [scenario.summary, *(line.text for line in scenario.lines)]
        texts += scenario.facts.values()
        for text in texts:
            assert "{{" not in screenplay.fill(text, scenario.defaults), text


def test_every_tool_call_of_a_screenplay_can_be_read() -> None:
    tools = [
        screenplay.tool_call(line).name
        for scenario in scenarios().values()
        for line in scenario.lines
        if line.role == "tool"
    ]
    assert set(tools) == {"end_call", "transfer_call"}


async def test_a_voicemail_is_marked_in_the_analysis(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)

    call = await user.play(agent.agent_id, "voicemail")

    assert call.call_analysis is not None
    assert call.call_analysis.in_voicemail is True


async def test_a_long_call_has_two_hundred_turns(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)

    call = await user.play(agent.agent_id, "long_call")

    turns = call.transcript_object or []
    assert len(turns) >= 200
    assert len({turn.content for turn in turns}) > 150


async def test_the_emergency_tells_all_that_matters(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)

    call = await user.play(agent.agent_id, "emergency")

    for said in ("mile marker 123", "no injuries", "load's secure", "I'm okay"):
        assert said in (call.transcript or "")


async def test_the_same_seed_gives_the_same_call(user: SandboxUser) -> None:
    times = []
    for _ in range(2):
        await user.control.post("/reset")
        agent = await user.agent(webhook_url=None)
        call = await user.play(agent.agent_id, "driver_check_in")
        times.append((call.duration_ms, call.latency and call.latency.to_dict()))

    assert times[0] == times[1]


async def test_two_calls_of_one_run_take_different_times(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)

    first = await user.play(agent.agent_id, "driver_check_in")
    second = await user.play(agent.agent_id, "driver_check_in")

    assert first.duration_ms != second.duration_ms


def test_dialogues_are_read_word_for_word(tmp_path: Path) -> None:
    turns = [
        {"turn": 0, "role": "user", "text": "I need {{a}} car\nin LA."},
        {"turn": 1, "role": "agent", "text": "When?"},
    ]
    file = tmp_path / "dialogues.jsonl"
    file.write_text(json.dumps({"id": "2_00040", "turns": turns, "truth": {}}) + "\n\n")

    dialogue = read_dialogues(file)["2_00040"]

    assert [(line.role, line.text) for line in dialogue.lines] == [
        ("user", "I need {{a}} car in LA."),
        ("agent", "When?"),
    ]
    assert dialogue.ends == "agent_hangup"


@pytest.mark.parametrize(
    "line",
    ["not json", "{}", '{"id": "1", "turns": []}', '{"id": "1", "turns": [{"role": "x"}]}'],
)
def test_a_line_that_is_no_dialogue_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "dialogues.jsonl"
    file.write_text(f"\n{line}\n")

    with pytest.raises(ValueError, match=r"dialogues\.jsonl, line 2"):
        read_dialogues(file)


def test_options_have_no_dialogues_unless_given() -> None:
    assert RetellOptions().dialogues == {}


@pytest.mark.parametrize(
    "text",
    ["title: x\nends: y\nsummary: z\n\nnarrator: Once upon a time", "title: x\n\nagent: Hi"],
)
def test_a_screenplay_that_cannot_be_played_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        screenplay.parse("broken", text)
