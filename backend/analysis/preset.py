"""What calls are asked where nobody has said otherwise: a record schema like any other."""

from typing import Any, Literal, TypeAlias

from pydantic import Field

from backend.agents.record_schema.record_class import RecordClass

# In this order, from worst to best. A field with these choices is drawn as a line over the call.
Feeling: TypeAlias = Literal["very_negative", "negative", "neutral", "positive", "very_positive"]

_SAID_BY_USER: dict[str, Any] = {"x-said-by": "user"}
_SAID_BY_AGENT: dict[str, Any] = {"x-said-by": "agent"}


class Person(RecordClass):
    """A person who was named."""

    name: str | None = Field(None, description="What the person is called.")
    part: str | None = Field(
        None, description="Who that is in this call, in a few words.", examples=["the dispatcher"]
    )


class Entity(RecordClass):
    """A thing that was named."""

    kind: Literal["company", "place", "product", "reference", "amount", "date"] | None = Field(
        None, description="What it is. A reference is an order, load, case or account number."
    )
    mention: str | None = Field(None, description="What it is called, as it was said.")


class CustomerMoment(RecordClass):
    """A moment that shows how the person on the phone felt."""

    sentiment: Feeling | None = Field(
        None,
        description="How the person on the phone feels here, by their own words.",
        json_schema_extra=_SAID_BY_USER,
    )
    about: str | None = Field(
        None, description="What about, in a few words.", json_schema_extra=_SAID_BY_USER
    )


class AgentMoment(RecordClass):
    """A moment that shows the tone that the agent took."""

    sentiment: Feeling | None = Field(
        None, description="The agent's tone here.", json_schema_extra=_SAID_BY_AGENT
    )
    about: str | None = Field(
        None, description="What about, in a few words.", json_schema_extra=_SAID_BY_AGENT
    )


class NextStep(RecordClass):
    """Something that is to happen after the call."""

    step: str | None = Field(None, description="What is to be done.")
    owner: Literal["agent", "customer", "somebody_else"] | None = Field(
        None, description="Who is to do it. The agent stands for the whole company."
    )
    due: str | None = Field(None, description="By when, as it was said.")


class CallInsights(RecordClass):
    """What a call tells, whatever it was for."""

    topic: str | None = Field(None, description="What the call was about, in a few words.")
    customer_sentiment_at_end: Feeling | None = Field(
        None,
        description="How the person on the phone feels by the end of the call.",
        json_schema_extra=_SAID_BY_USER,
    )
    customer_sentiment: list[CustomerMoment] = Field(
        default_factory=list,
        description="The turns that show how the person on the phone feels, in order: where it "
        "begins, and each where it changes. At most one for a turn.",
    )
    agent_sentiment: list[AgentMoment] = Field(
        default_factory=list,
        description="The turns that show the agent's tone, in order: where it begins, and each "
        "where it changes. At most one for a turn.",
    )
    pain_points: list[str] = Field(
        default_factory=list,
        description="What troubles the person on the phone, one problem each.",
    )
    objections: list[str] = Field(
        default_factory=list,
        description="What they have against what they were told or offered, one each.",
    )
    next_steps: list[NextStep] = Field(
        default_factory=list,
        description="What is to happen after the call and was agreed to, one step each.",
    )
    people: list[Person] = Field(
        default_factory=list, description="The people who were named, each once."
    )
    entities: list[Entity] = Field(
        default_factory=list,
        description="Companies, places, products, numbers, amounts and dates that matter for what "
        "the call was about, each once. No people.",
    )


INSTRUCTIONS = """\
This record is for finding patterns over many calls. Write values as short as they can be and \
still be understood without the call. A person who is polite is not positive for that: take what \
they say about the matter. Greetings and goodbyes show no feeling."""
