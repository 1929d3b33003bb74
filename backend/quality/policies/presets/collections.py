"""Calls about money owed: firm, fair, and within what the law allows."""

from backend.quality.policies.config import PolicyConfig
from backend.quality.policies.presets.policy_class import Points, PolicyClass, YesNo, asked
from backend.quality.policies.presets.preset import PolicyPreset


class CollectionsCall(PolicyClass):
    """What a good call about money owed has."""

    says_who_calls: YesNo = asked(
        "Says who calls",
        "Did the agent greet the other person and say on whose behalf it calls?",
        category="Compliance",
        weight=10,
        severity="major",
    )
    says_it_is_an_ai: YesNo = asked(
        "Says that it is an AI",
        category="Compliance",
        weight=10,
        severity="major",
        rule={"kind": "says_it_is_an_ai", "within_agent_turns": 2},
    )
    says_it_is_recorded: YesNo = asked(
        "Says that the call is recorded",
        category="Compliance",
        weight=10,
        severity="major",
        rule={"kind": "asks_to_record", "within_agent_turns": 3},
    )
    knows_whom_it_talks_to: YesNo = asked(
        "Makes sure whom it talks to",
        "Did the agent ask for the person's name or another proof before it spoke of the debt?",
        category="Compliance",
        weight=15,
        severity="critical",
        auto_fail=True,
    )
    threatens_nobody: YesNo = asked(
        "Threatens nobody",
        "Did the agent keep from threats, insults and pressure?",
        category="Compliance",
        weight=15,
        severity="critical",
        auto_fail=True,
        good_when="not_said",
    )
    no_forbidden_words: YesNo = asked(
        "Says none of the words that are forbidden",
        category="Compliance",
        weight=5,
        severity="critical",
        rule={
            "kind": "words_never_said",
            "words": ["arrest", "jail", "prison", "your employer", "your neighbors"],
        },
    )
    offers_a_way: YesNo = asked(
        "Offers a way to pay",
        "Did the agent offer an answer to how and by when it can be paid, such as in parts?",
        category="Solution",
        weight=15,
    )
    shows_understanding: Points | None = asked(
        "Shows understanding",
        "When the other person told of trouble, how well did the agent acknowledge it?",
        category="Empathy",
        weight=10,
    )
    sums_up: YesNo = asked(
        "Sums up what was agreed",
        "Did the agent repeat what was agreed before the call ended?",
        category="Closing",
        weight=10,
    )


COLLECTIONS = PolicyPreset(
    key="collections",
    policy=CollectionsCall,
    config=PolicyConfig(
        name="Collections quality",
        description="Firm, fair, and within what the law allows.",
        passing_score=85,
        criteria=CollectionsCall.criteria(),
        resolution_question="Was a payment agreed on?",
    ),
)
