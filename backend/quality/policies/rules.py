"""What a policy may be: pure rules, each refusal with a pointer to the wrong place."""

from collections.abc import Iterator, Sequence

from backend.platform.errors import FieldError, pointer_to
from backend.quality.criteria.rules import TalkShare
from backend.quality.errors import PolicyInvalid
from backend.quality.policies.config import Criterion, PolicyConfig, Scale


def refuse_unusable(config: PolicyConfig) -> None:
    """Refuse a draft that contradicts itself. One that is not complete yet is fine."""
    wrong = [*_repeated(config), *_contradictory(config.criteria)]
    if wrong:
        raise _invalid(wrong)


def refuse_incomplete(config: PolicyConfig) -> None:
    """Refuse to publish what no call could be evaluated by."""
    refuse_unusable(config)
    wrong = [
        FieldError(pointer_to("criteria", n, "question"), "Nothing is asked, and no rule tells it.")
        for n, criterion in enumerate(config.criteria)
        if criterion.rule is None and not criterion.question.strip()
    ]
    if not config.criteria:
        wrong.append(FieldError("/criteria", "A policy needs at least one criterion."))
    if wrong:
        raise _invalid(wrong)


def _invalid(wrong: Sequence[FieldError]) -> PolicyInvalid:
    return PolicyInvalid(
        "; ".join(f"{each.pointer}: {each.message}" for each in wrong), errors=wrong
    )


def _repeated(config: PolicyConfig) -> Iterator[FieldError]:
    """Names tell criteria apart for people, and for the differences between versions."""
    for member in ("key", "name"):
        seen: set[str] = set()
        for n, criterion in enumerate(config.criteria):
            value = getattr(criterion, member)
            if value in seen:
                yield FieldError(
                    pointer_to("criteria", n, member), f"Another criterion has this {member}."
                )
            seen.add(value)
    agents = [each.agent_id for each in config.applies_to]
    for n, agent_id in enumerate(agents):
        if agent_id in agents[:n]:
            yield FieldError(pointer_to("applies_to", n, "agent_id"), "The agent is listed twice.")


def _contradictory(criteria: Sequence[Criterion]) -> Iterator[FieldError]:
    for n, criterion in enumerate(criteria):
        if criterion.rule is None:
            continue
        if criterion.scale is not Scale.YES_NO:
            yield FieldError(
                pointer_to("criteria", n, "scale"), "A rule answers with yes or no only."
            )
        rule = criterion.rule
        if isinstance(rule, TalkShare) and rule.least_percent > rule.most_percent:
            yield FieldError(
                pointer_to("criteria", n, "rule", "least_percent"), "It is above the most."
            )
