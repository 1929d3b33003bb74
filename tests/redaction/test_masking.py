"""What is masked cannot be read, and what is around it can."""

from itertools import pairwise

from hypothesis import given, strategies as st

from backend.redaction.finding import Sensitive
from backend.redaction.masking import Mask

CARD = "4111 1111 1111 1111"
MASK = Mask((Sensitive.CARD, Sensitive.NAME), names=("Maria Okafor",))


def words(text: str) -> list[dict[str, object]]:
    return [
        {"text": word, "start_ms": 100 * at, "end_ms": 100 * at + 90}
        for at, word in enumerate(text.split())
    ]


def test_what_is_masked_says_what_it_was() -> None:
    assert MASK.text(f"Maria here, {CARD}, load 48213.") == "[name] here, [card], load 48213."


def test_all_text_of_a_record_is_masked_and_nothing_else() -> None:
    record = {"card": CARD, "cost": 12, "who": ["maria okafor", None], "at": {"late": True}}

    assert MASK.value(record) == {
        "card": "[card]",
        "cost": 12,
        "who": ["[name]", None],
        "at": {"late": True},
    }


def test_a_turns_words_are_masked_with_their_times() -> None:
    text = f"it is {CARD} thanks"
    (turn,) = MASK.turns([{"role": "user", "text": text, "words": words(text)}])

    assert turn["text"] == "it is [card] thanks"
    assert turn["words"] == [
        {"text": "it", "start_ms": 0, "end_ms": 90},
        {"text": "is", "start_ms": 100, "end_ms": 190},
        {"text": "[card]", "start_ms": 200, "end_ms": 590},
        {"text": "thanks", "start_ms": 600, "end_ms": 690},
    ]


def test_the_same_is_silent_in_the_sound() -> None:
    text = f"it is {CARD} thanks"
    with_words = {"text": text, "start_ms": 0, "end_ms": 700, "words": words(text)}
    without = {"text": text, "start_ms": 800, "end_ms": None}
    after = {"text": "okay", "start_ms": 2000, "end_ms": 2100}

    assert MASK.silences([with_words, without, after]) == [
        (200, 290),
        (300, 390),
        (400, 490),
        (500, 590),
        (800, 2000),
    ]


def test_a_number_said_in_several_turns_is_masked_in_all_of_them() -> None:
    turns = [
        {"role": "user", "text": "it is 4111 1111"},
        {"role": "agent", "text": "Go on."},
        {"role": "user", "text": "1111 1111, thanks"},
    ]

    assert [turn["text"] for turn in MASK.turns(turns)] == [
        "it is [card]",
        "Go on.",
        "[card], thanks",
    ]


def test_an_account_said_in_several_turns_is_masked_in_all_of_them() -> None:
    turns = [
        {"role": "user", "text": "My IBAN is DE89 3704"},
        {"role": "agent", "text": "Go on."},
        {"role": "user", "text": "0044, 0532 0130 00, okay?"},
    ]

    masked = Mask((Sensitive.IBAN,)).turns(turns)

    assert [turn["text"] for turn in masked] == ["My IBAN is [iban]", "Go on.", "[iban], okay?"]


def test_keys_that_are_pressed_one_by_one_are_one_number() -> None:
    turns = [{"role": "dtmf", "text": digit} for digit in CARD.replace(" ", "")]

    assert {turn["text"] for turn in MASK.turns(turns)} == {"[card]"}


def test_what_is_asked_for_by_one_is_known_for_it_when_said_by_the_other() -> None:
    turns = [
        {"role": "agent", "text": "What is your social?"},
        {"role": "user", "text": "it is 1 2 3 4 5 6 7 8 9"},
    ]

    masked = Mask((Sensitive.SSN,)).turns(turns)

    assert masked[1]["text"] == "it is [ssn]"


def test_ids_times_and_words_of_ours_stay_as_they_are() -> None:
    mask = Mask(tuple(Sensitive), names=("User", "Retell"))
    told = {
        "id": "01990000-0000-7000-8000-00000000ca11",
        "retell_call_id": "call_4111111111111111aaaa",
        "at": "2026-11-02T15:04:05.123456Z",
        "role": "user",
        "start_timestamp": 4111111111111111,
        "who": "user",
    }

    assert mask.value(told) == told | {"who": "[name]"}


def test_places_in_the_log_and_sizes_are_no_numbers_to_call() -> None:
    mask = Mask((Sensitive.PHONE,))
    told = {
        "at": "2026-11-02T15:04:05Z",
        "kind": "event",
        "name": "call.ended",
        "id": "415-5550100",
        "data": {"id": "415-5550100", "size_bytes": 4155550100},
    }

    assert mask.value(told) == told | {"data": {"id": "[phone]", "size_bytes": 4155550100}}
    assert mask.value({"size": 4155550100}) == {"size": "[phone]"}


def test_a_number_that_is_no_text_is_masked_too() -> None:
    assert MASK.value({"card": 4111111111111111, "cents": 411111, "is_late": True}) == {
        "card": "[card]",
        "cents": 411111,
        "is_late": True,
    }


@given(st.text(alphabet="0123456789 -.,+@abc", max_size=300))
def test_what_is_not_masked_stays_as_it_was(text: str) -> None:
    mask = Mask(tuple(Sensitive))
    spans = mask.spans(text)
    kept = text
    for start, end, _ in reversed(spans):
        kept = kept[:start] + kept[end:]
    masked = mask.text(text)
    for kind in Sensitive:
        masked = masked.replace(f"[{kind}]", "")

    assert masked == kept
    assert all(a.end <= b.start for a, b in pairwise(spans))
