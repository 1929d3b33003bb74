"""How back-tests can fail."""

from backend.platform.errors import Conflict, NotFound


class BacktestNotFound(NotFound):
    code, title = "backtest-not-found", "There is no such back-test"


class BacktestNotInState(Conflict):
    code, title = "backtest-not-in-state", "The back-test is not in a state for this"
