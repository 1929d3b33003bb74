"""When a campaign will be through: played out many times by the rules that it goes by.

What is not known is drawn anew in each run: how often each outcome comes, from those that were
seen, and how each attempt goes. So the range is as wide as what is known is little.
"""

import heapq
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.campaigns.models import AttemptOutcome, ContactState
from backend.campaigns.outcomes import Answer, Decision, Facts, Made, decide, next_due
from backend.campaigns.policy import Policy

RUNS = 25
# What is taken for a list of which nothing is known yet, as if it had been seen.
_BEFORE: Mapping[AttemptOutcome, float] = {
    AttemptOutcome.ANSWERED: 4.0,
    AttemptOutcome.NO_ANSWER: 3.0,
    AttemptOutcome.VOICEMAIL: 2.0,
    AttemptOutcome.BUSY: 0.5,
    AttemptOutcome.DECLINED: 0.3,
    AttemptOutcome.FAILED: 0.2,
}
_DONE_BEFORE = (2.0, 1.0)
_RINGING = timedelta(seconds=30)
_TALKING = timedelta(seconds=90)


@dataclass(frozen=True)
class Open:
    """A contact that is still to be reached, and the attempts that were made already."""

    zones: tuple[str, ...]
    due_at: datetime
    made: tuple[Made, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What came of the attempts so far, and how long people were talked to."""

    outcomes: Mapping[AttemptOutcome, int]
    answered: int = 0
    done: int = 0
    talking: timedelta | None = None


@dataclass(frozen=True)
class Lines:
    """How many calls may run at one time, and how many may be begun in a second."""

    count: int
    starts_per_second: float


@dataclass(frozen=True)
class Forecast:
    """When it is through, earliest, likely and latest, and how many do not fit until its end."""

    earliest_at: datetime
    expected_at: datetime
    latest_at: datetime
    attempts: int
    will_not_fit: int


@dataclass(frozen=True)
class Ahead:
    """All that a forecast goes by. `weight` is how many contacts each of those given stands for."""

    policy: Policy
    contacts: Sequence[Open]
    seen: Seen
    lines: Lines
    now: datetime
    ends_at: datetime | None = None
    weight: float = 1.0


def forecast(ahead: Ahead, seed: int = 1) -> Forecast | None:
    """Play the rest of a campaign many times over; None: there is nobody left."""
    if not ahead.contacts:
        return None
    dice = random.Random(seed)  # noqa: S311 - no secret
    runs = [_Run(ahead, dice).play() for _ in range(RUNS)]
    ends = sorted(run.ended_at for run in runs)
    middle = sorted(run.attempts for run in runs)[RUNS // 2]
    unfit = sorted(run.left for run in runs)[RUNS // 2]
    return Forecast(
        earliest_at=ends[0],
        expected_at=ends[RUNS // 2],
        latest_at=ends[-1],
        attempts=round(middle * ahead.weight),
        will_not_fit=round(unfit * ahead.weight),
    )


class _Run:
    """One way in which it may go."""

    def __init__(self, ahead: Ahead, dice: random.Random) -> None:
        self._ahead, self._dice = ahead, dice
        drawn = {
            outcome: dice.gammavariate(before + ahead.seen.outcomes.get(outcome, 0), 1)
            for outcome, before in _BEFORE.items()
        }
        self._outcomes, self._weights = list(drawn), list(drawn.values())
        done, not_done = _DONE_BEFORE
        seen = ahead.seen
        self._done = dice.betavariate(done + seen.done, not_done + seen.answered - seen.done)
        self.attempts = self.left = 0
        self.ended_at = ahead.now
        lines = max(1, ahead.lines.count)
        self._free = [ahead.now] * lines
        self._next_start = ahead.now

    def play(self) -> "_Run":
        ahead = self._ahead
        waiting = [(each.due_at, index, each.made) for index, each in enumerate(ahead.contacts)]
        heapq.heapify(waiting)
        while waiting:
            due_at, index, made = heapq.heappop(waiting)
            contact = ahead.contacts[index]
            start = max(due_at, ahead.now, self._free[0], self._next_start)
            opens = next_due(ahead.policy, contact.zones, [each.at for each in made], start)
            if opens is None or (ahead.ends_at is not None and opens >= ahead.ends_at):
                self.left += 1
                continue
            if opens > start:
                heapq.heappush(waiting, (opens, index, made))
                continue
            decision, then = self._dial(contact, made, start)
            if decision.state is ContactState.WAITING and decision.due_at is not None:
                heapq.heappush(waiting, (decision.due_at, index, then))
        return self

    def _dial(
        self, contact: Open, made: tuple[Made, ...], start: datetime
    ) -> tuple[Decision, tuple[Made, ...]]:
        ahead = self._ahead
        (outcome,) = self._dice.choices(self._outcomes, self._weights)
        takes = self._length(outcome)
        over = start + takes
        heapq.heapreplace(self._free, start + takes * ahead.weight)
        self._next_start = start + timedelta(seconds=ahead.weight / ahead.lines.starts_per_second)
        self.attempts += 1
        self.ended_at = max(self.ended_at, over)
        made = (*made, Made(outcome, start))
        answer = Answer(is_done=self._dice.random() < self._done)
        facts = Facts(outcome, None, made, 0, contact.zones, over, answer)
        return decide(ahead.policy, facts), made

    def _length(self, outcome: AttemptOutcome) -> timedelta:
        if outcome is not AttemptOutcome.ANSWERED:
            return _RINGING
        mean = self._ahead.seen.talking or _TALKING
        return mean * self._dice.uniform(0.5, 1.5)
