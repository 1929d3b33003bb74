"""What a rule can tell of a call without a model: how each is set."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _has_words(phrase: str) -> str:
    if not any(character.isalnum() for character in phrase):
        raise ValueError("a phrase needs a letter or a digit")
    return phrase


Phrase = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_has_words)]
_TURNS = "Among the agent's first so many turns. Default {}."


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class SaysItIsAnAi(_Rule):
    """The agent says that it is no person."""

    kind: Literal["says_it_is_an_ai"] = Field(description="Which rule.")
    within_agent_turns: int = Field(2, ge=1, le=1000, description=_TURNS.format(2))
    phrases: list[Phrase] = Field(
        default_factory=list,
        max_length=50,
        description="Other words that say so, in any language. Default: none.",
        examples=[["digital colleague"]],
    )


class SaysTheName(_Rule):
    """The agent says the company's name."""

    kind: Literal["says_the_name"] = Field(description="Which rule.")
    names: list[Phrase] = Field(
        min_length=1, max_length=20, description="Each as it may be said.", examples=[["Northwind"]]
    )
    within_agent_turns: int = Field(2, ge=1, le=1000, description=_TURNS.format(2))


class AsksToRecord(_Rule):
    """The agent says that the call is recorded, or asks whether it may be."""

    kind: Literal["asks_to_record"] = Field(description="Which rule.")
    within_agent_turns: int = Field(3, ge=1, le=1000, description=_TURNS.format(3))
    phrases: list[Phrase] = Field(
        default_factory=list, max_length=50, description="Other words that say so. Default: none."
    )


class LongestSilence(_Rule):
    """Nobody is silent for longer than this."""

    kind: Literal["longest_silence"] = Field(description="Which rule.")
    most_seconds: float = Field(ge=0.5, le=600, description="From one turn's end to the next.")


class TalkShare(_Rule):
    """The agent has this share of the talk, by time where times are known, else by words."""

    kind: Literal["talk_share"] = Field(description="Which rule.")
    least_percent: float = Field(0, ge=0, le=100, description="Default 0.")
    most_percent: float = Field(100, ge=0, le=100, description="Default 100.")


class Interruptions(_Rule):
    """The agent begins to speak before the other one has ended, no more often than this."""

    kind: Literal["interruptions"] = Field(description="Which rule.")
    most: int = Field(ge=0, le=1000, description="How many are still fine.")


class WordsNeverSaid(_Rule):
    """None of these words is said."""

    kind: Literal["words_never_said"] = Field(description="Which rule.")
    words: list[Phrase] = Field(
        min_length=1,
        max_length=200,
        description="Words, or words in a row; whole words count, in any spelling of case.",
        examples=[["guarantee", "lawsuit"]],
    )


Rule = Annotated[
    SaysItIsAnAi
    | SaysTheName
    | AsksToRecord
    | LongestSilence
    | TalkShare
    | Interruptions
    | WordsNeverSaid,
    Field(discriminator="kind"),
]
