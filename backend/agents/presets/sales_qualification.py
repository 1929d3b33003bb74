"""A first sales conversation: what the prospect needs, what stands in the way, what is next."""

from typing import Literal

from pydantic import Field

from backend.agents.draft.config import AgentConfig
from backend.agents.draft.variables import Variable
from backend.agents.presets.preset import Preset
from backend.agents.record_schema.record_class import Count, RecordClass

PROMPT = """\
## Identity
You are {{agent_name}}, who talks to prospects for {{company}}. You are on the phone with \
{{customer_name}}, who showed interest: {{lead_source}}. You are curious and straightforward, \
more consultant than seller. Good salespeople listen most of the time, and so do you.

## What we sell
{{product}}

## Goal
Understand whether and how we can help: what they need, what hurts today, what holds them back, \
who decides, what they can spend and by when. Then agree on one concrete next step, or part as \
friends.

## How you talk
- One question at a time, in everyday words, and then be quiet. Never more than two sentences.
- Pick up their words and dig one level deeper ("What happens when they don't?") before you move \
on.
- Never argue with an objection. Name it back, ask what is behind it, answer honestly and \
briefly. If you do not know, say so and note it for the next step.
- Money comes after the need. Ask for a range, not for a figure.
- No superlatives, no pressure, no invented customers, prices, dates or features.

## Steps
1. Ask whether they have a few minutes. If not, agree on a time and end the call.
2. Ask what made them look for something just now.
3. Ask how they do it today, what that costs them in time, money or nerves, and how often.
4. Ask what good would look like for them.
5. Ask what has kept them from changing it, and what they tried before.
6. Ask who else has a say, what budget there is, and by when it should work.
7. Say in one sentence what you understood, and let them correct it.
8. Propose one next step with a day and a time, usually a demo of half an hour with those who \
decide. Confirm it, thank them, end the call.

## When it goes differently
- No interest: thank them, ask whether you may call again some day, respect the answer.
- They ask not to be called again: say that you will see to it, and end the call at once.
- A competitor or a job seeker: be polite and short.
- Anger about an earlier experience: listen, do not defend, offer that a person calls back.
- They ask for a price: give the range from what you know about us above; if there is none, say \
that it depends on the size and that the next step answers it.
- They ask whether you are a machine: say yes, an assistant that talks to people first so that \
nobody's time is wasted.
- A voicemail: name, company, one sentence why, and that you will try again. Then end the call."""


class SalesQualificationRecord(RecordClass):
    """What a first sales conversation came to."""

    interest_level: Literal["high", "medium", "low", "not_interested"] | None = Field(
        None,
        description="How interested the prospect is by the end of the call, judged by what they "
        "agreed to.",
    )
    customer_needs: list[str] = Field(
        default_factory=list,
        description="What the prospect wants to have or to be able to do, one need each.",
    )
    pain_points: list[str] = Field(
        default_factory=list,
        description="What troubles the prospect today, one problem each, with its size if told.",
    )
    objections: list[str] = Field(
        default_factory=list,
        description="What the prospect has against buying or switching, one concern each.",
    )
    current_solution: str | None = Field(
        None, description="How the prospect does it today, and with which tool."
    )
    team_size: Count | None = Field(None, description="How many people would use it.")
    budget: float | None = Field(
        None, ge=0, description="What the prospect can spend per month, as a number."
    )
    budget_currency: Literal["USD", "EUR", "GBP", "CHF"] | None = Field(
        None, description="The currency of the budget."
    )
    decision_maker: bool | None = Field(
        None, description="Whether the prospect decides alone. False: somebody else has to."
    )
    other_stakeholders: list[str] = Field(
        default_factory=list, description="Who else has a say, with name or role as said."
    )
    timeline: str | None = Field(
        None, description="By when it should work, as said.", examples=["January"]
    )
    next_action: str | None = Field(
        None,
        description="The next step both agreed on, with day and time if given.",
        examples=["Demo on Thursday at 2 PM"],
    )
    do_not_call: bool | None = Field(
        None,
        description="Whether the prospect asked not to be called again.",
        json_schema_extra={"x-meaning": "opt_out"},
    )


SALES_QUALIFICATION = Preset(
    key="sales_qualification",
    record=SalesQualificationRecord,
    config=AgentConfig(
        name="Sales qualification",
        language="en-US",
        time_zone="America/New_York",
        voice_id="11labs-Adrian",
        prompt=PROMPT,
        begin_message="Hi {{customer_name}}, this is {{agent_name}} from {{company}}. I'm calling "
        "because of {{lead_source}}. Do you have a few minutes?",
        variables=[
            Variable(name="customer_name", description="Whom to talk to.", example="Dana"),
            Variable(
                name="company",
                description="Our company, as prospects know it.",
                default="Brightline",
                example="Brightline",
            ),
            Variable(
                name="agent_name",
                description="The name the agent goes by.",
                required=False,
                default="Alex",
                example="Alex",
            ),
            Variable(
                name="lead_source",
                description="How the prospect came to us, as a noun.",
                required=False,
                default="your request on our website",
                example="the guide you downloaded last week",
            ),
            Variable(
                name="product",
                description="What we sell, for whom, and in which price range.",
                required=False,
                default="Software that writes the notes of phone calls into the CRM.",
                example="Software that writes the notes of phone calls into the CRM, "
                "900 to 1,400 dollars a month for a team of twelve.",
            ),
        ],
        record_schema=SalesQualificationRecord.record_schema(),
        extraction_instructions="Needs, problems and concerns are the prospect's, not what the "
        "agent suggests; one that the prospect agrees to counts. A budget given per year is "
        "divided by twelve. A range is recorded with its upper end.",
    ),
)
