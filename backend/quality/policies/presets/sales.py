"""First sales conversations: understand before selling, and part with a next step."""

from backend.quality.policies.config import PolicyConfig
from backend.quality.policies.presets.policy_class import Points, PolicyClass, YesNo, asked
from backend.quality.policies.presets.preset import PolicyPreset


class SalesCall(PolicyClass):
    """What a good first sales conversation has."""

    introduces_itself: YesNo = asked(
        "Says who calls",
        "Did the agent greet the prospect and say on whose behalf it calls?",
        category="Opening",
        weight=5,
    )
    asks_for_time: YesNo = asked(
        "Asks whether it is a good moment",
        "Did the agent ask whether the prospect has a few minutes?",
        category="Opening",
        weight=5,
    )
    listens_more: YesNo = asked(
        "Listens more than it talks",
        category="Discovery",
        weight=10,
        rule={"kind": "talk_share", "most_percent": 65},
    )
    finds_the_need: Points = asked(
        "Finds out what is needed",
        "How well did the agent ask what the prospect needs and what troubles them today?",
        category="Discovery",
        weight=25,
        severity="major",
    )
    asks_about_budget_and_time: YesNo | None = asked(
        "Asks who decides, by when, with what budget",
        "Did the agent ask about the budget, the time frame, or who decides?",
        category="Discovery",
        weight=15,
    )
    takes_up_objections: Points | None = asked(
        "Takes up objections",
        "When the prospect objected, how well did the agent take it up without arguing?",
        category="Discovery",
        weight=10,
    )
    promises_nothing: YesNo = asked(
        "Promises no results",
        "Did the agent keep from promising results, prices or dates it cannot know?",
        category="Compliance",
        weight=10,
        severity="critical",
        auto_fail=True,
        good_when="not_said",
    )
    puts_no_pressure: YesNo = asked(
        "Puts no pressure on",
        category="Compliance",
        weight=5,
        severity="major",
        rule={
            "kind": "words_never_said",
            "words": ["last chance", "only today", "act now", "you would be stupid"],
        },
    )
    agrees_on_a_next_step: YesNo = asked(
        "Agrees on a next step",
        "Did the agent propose a next step with a day, such as a demo?",
        category="Closing",
        weight=15,
        severity="major",
    )


SALES = PolicyPreset(
    key="sales",
    policy=SalesCall,
    config=PolicyConfig(
        name="Sales quality",
        description="Understand before selling, and part with a next step.",
        criteria=SalesCall.criteria(),
        resolution_question="Did both agree on a next step?",
    ),
)
