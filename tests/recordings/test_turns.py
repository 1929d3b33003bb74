"""From words to turns: echoes are said once, voices are kept apart."""

from backend.providers.transcription.heard import Word
from backend.recordings.turns import Voiced, joined, turns_of, without_crosstalk


def _words(text: str, start_ms: int = 0, confidence: float = 0.9) -> list[Word]:
    return [
        Word(each, start_ms + 300 * n, start_ms + 300 * n + 250, confidence)
        for n, each in enumerate(text.split())
    ]


def test_what_one_channel_hears_of_the_other_is_said_once() -> None:
    said = _words("Hello this is dispatch.")
    echo = _words("hello this is dispatch", 40, confidence=0.4)
    answer = _words("Hi there.", 2000)

    voiced = without_crosstalk(said, [*echo, *answer])

    assert [(each.channel, each.word.text) for each in voiced] == [
        (0, "Hello"), (0, "this"), (0, "is"), (0, "dispatch."), (1, "Hi"), (1, "there."),
    ]  # fmt: skip


def test_one_word_that_both_say_at_once_is_said_by_both() -> None:
    voiced = without_crosstalk(_words("Yes."), _words("Yes.", 50))

    assert [each.channel for each in voiced] == [0, 1]


def test_another_voice_or_a_long_silence_begins_another_turn() -> None:
    words = [*_words("One two."), *_words("Three.", 5000)]
    voiced = [*(Voiced(word, 0) for word in words), Voiced(Word("Four.", 5300, 5600), 1)]

    turns = turns_of(voiced, {(0, None): "agent"})

    assert [(turn.role, turn.text) for turn in turns] == [
        ("agent", "One two."), ("agent", "Three."), ("unknown", "Four."),
    ]  # fmt: skip
    assert [turn.turn for turn in turns] == [0, 1, 2]


def test_words_are_written_as_their_language_writes_them() -> None:
    assert joined(["Hello", ",", "you", "."]) == "Hello, you."
    assert joined(["\u3053\u3093", "\u306b\u3061\u306f"]) == "\u3053\u3093\u306b\u3061\u306f"
