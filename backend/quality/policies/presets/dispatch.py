"""Dispatchers' calls to drivers: short, safe, and nothing left open."""

from backend.quality.policies.config import PolicyConfig
from backend.quality.policies.presets.policy_class import Percent, PolicyClass, YesNo, asked
from backend.quality.policies.presets.preset import PolicyPreset


class DispatchCall(PolicyClass):
    """What a good call to a driver has."""

    says_who_calls: YesNo = asked(
        "Says who calls",
        "Did the agent greet the driver and say on whose behalf it calls?",
        category="Opening",
        weight=10,
    )
    asks_where_and_when: YesNo = asked(
        "Asks where the driver is and when they arrive",
        "Did the agent ask where the driver is, or when they will arrive?",
        category="Facts",
        weight=25,
        severity="major",
    )
    gets_the_reason: YesNo | None = asked(
        "Asks for the reason of a delay",
        "When the driver was late, did the agent ask why?",
        category="Facts",
        weight=15,
    )
    repeats_the_facts: YesNo = asked(
        "Repeats what it heard",
        "Did the agent repeat or confirm what the driver said about place and time?",
        category="Facts",
        weight=15,
    )
    keeps_it_short: Percent = asked(
        "Keeps it short",
        "How far did the agent ask only what was needed, without asking it twice?",
        category="Driver's time",
        weight=10,
    )
    talks_little: YesNo = asked(
        "Leaves the driver the word",
        category="Driver's time",
        weight=5,
        rule={"kind": "talk_share", "most_percent": 70},
    )
    does_not_interrupt: YesNo = asked(
        "Does not interrupt",
        category="Driver's time",
        weight=5,
        rule={"kind": "interruptions", "most": 1},
    )
    urges_nobody: YesNo = asked(
        "Urges nobody to hurry",
        "Did the agent keep from pressure to drive faster or to skip a break?",
        category="Safety",
        weight=10,
        severity="critical",
        auto_fail=True,
        good_when="not_said",
    )
    says_goodbye: YesNo = asked(
        "Says thank you or goodbye",
        "Did the agent thank the driver or say goodbye?",
        category="Closing",
        weight=5,
    )


DISPATCH = PolicyPreset(
    key="dispatch",
    policy=DispatchCall,
    config=PolicyConfig(
        name="Dispatch quality",
        description="Short, safe, and nothing left open.",
        criteria=DispatchCall.criteria(),
        resolution_question="Does the dispatcher know where the load is and when it arrives?",
    ),
)
