"""What the evaluation room announces to itself."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event


class TrialDue(Event):
    """A call of a back-test is to be tried. Nobody outside sees this."""

    name: ClassVar[str] = "trial.due"
    is_logged: ClassVar[bool] = False

    trial_id: UUID


class BacktestToApply(Event):
    """What a back-test found is to replace records. Nobody outside sees this."""

    name: ClassVar[str] = "backtest.to_apply"
    is_logged: ClassVar[bool] = False

    backtest_id: UUID
