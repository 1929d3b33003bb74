"""One verdict for a long call that was judged part by part."""

from collections.abc import Sequence

from backend.quality.judging.verdicts import Result
from backend.quality.policies.config import Criterion


def best_of(criterion: Criterion, results: Sequence[Result]) -> Result:
    """Take the part that decides: where what has to be proven was said, wherever it was said.

    That is the best mark of a criterion that is good when said, and the worst of one that is good
    when not said. A part where it does not apply decides nothing, nor does one that rules object
    to while others are clean. Silence everywhere has looked at all of it.
    """
    clean = [result for result in results if not result.problems] or list(results)
    applying = [result for result in clean if result.score is not None] or clean
    is_said = criterion.good_when == "said"
    sign = 1 if is_said else -1
    best = max(applying, key=lambda result: sign * (result.score or 0.0))
    if not best.evidence.found and not best.problems:
        silent = [result for result in applying if not result.evidence.found]
        best.evidence.turns = sorted({turn for each in silent for turn in each.evidence.turns})
    return best
