"""What a calibration found, as it is kept. Pure."""

from backend.platform import clock
from backend.quality.calibration.measuring import Agreement
from backend.quality.calibration.models import Calibration
from backend.quality.models import CriterionMeasurement
from backend.quality.policies.config import Criterion
from backend.quality.reliability import wording_of


def measurement_of(
    calibration: Calibration, criterion: Criterion, found: Agreement, *, raters: int
) -> CriterionMeasurement:
    low, high = found.interval or (None, None)
    return CriterionMeasurement(
        calibration_id=calibration.id,
        key=criterion.key,
        org_id=calibration.org_id,
        policy_id=calibration.policy_id,
        policy_version=calibration.policy_version,
        question=criterion.question,
        wording=wording_of(criterion),
        raters=raters,
        calls=found.n,
        alpha=found.krippendorff_alpha,
        low=low,
        high=high,
        model_kappa=found.model_kappa,
        is_reliable=found.reliable,
        measured_at=calibration.done_at or clock.now(),
    )
