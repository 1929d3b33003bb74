"""Support calls: somebody has a problem, and should leave without it."""

from backend.quality.policies.config import PolicyConfig
from backend.quality.policies.presets.policy_class import Points, PolicyClass, YesNo, asked
from backend.quality.policies.presets.preset import PolicyPreset


class SupportCall(PolicyClass):
    """What a good support call has."""

    greeting: YesNo = asked(
        "Greets and says who calls",
        "Did the agent greet the other person and say on whose behalf it speaks?",
        category="Opening",
        weight=5,
    )
    says_it_is_an_ai: YesNo = asked(
        "Says that it is an AI",
        category="Compliance",
        weight=10,
        severity="major",
        rule={"kind": "says_it_is_an_ai", "within_agent_turns": 3},
    )
    identifies_the_problem: YesNo = asked(
        "Finds out what the matter is",
        "Did the agent ask about the matter until it was clear what is needed?",
        category="Understanding",
        weight=15,
        severity="major",
    )
    listens: Points = asked(
        "Listens",
        "How well did the agent take up what the other person said, instead of asking it again?",
        category="Understanding",
        weight=15,
    )
    empathy: Points | None = asked(
        "Shows empathy",
        "When the other person told of trouble, how well did the agent acknowledge it?",
        category="Empathy",
        weight=10,
    )
    answers: YesNo = asked(
        "Gives an answer",
        "Did the agent give an answer, a solution, or a next step that leads to one?",
        category="Solution",
        weight=20,
        severity="major",
    )
    invents_nothing: YesNo = asked(
        "Promises nothing it cannot know",
        "Did the agent keep from promising a refund, a date or a result that it cannot know?",
        category="Compliance",
        weight=15,
        severity="critical",
        auto_fail=True,
        good_when="not_said",
    )
    confirms: YesNo = asked(
        "Sums up what was agreed",
        "Did the agent repeat what was agreed before the call ended?",
        category="Closing",
        weight=5,
    )
    says_goodbye: YesNo = asked(
        "Says thank you or goodbye",
        "Did the agent thank the other person or say goodbye?",
        category="Closing",
        weight=5,
    )


SUPPORT = PolicyPreset(
    key="support",
    policy=SupportCall,
    config=PolicyConfig(
        name="Support quality",
        description="Somebody has a problem, and should leave without it.",
        criteria=SupportCall.criteria(),
        resolution_question="Was the other person's matter resolved in this call?",
    ),
)
