"""A calibration as a whole, and who may see what of it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.quality.calibration.measuring import MODEL, Sheet
from backend.quality.calibration.models import Calibration, CalibrationCall, CalibrationRating


@dataclass(frozen=True)
class Progress:
    """How far a calibration has come."""

    calls: int
    rated: int
    of: int


@dataclass(frozen=True)
class CalibrationState:
    """A calibration with all that is known of it; and who may see what of it."""

    calibration: Calibration
    calls: Sequence[CalibrationCall]
    ratings: Mapping[tuple[UUID, UUID], CalibrationRating]
    # Raters who can no longer log in: nobody waits for them.
    absent: Collection[UUID] = ()

    @property
    def is_complete(self) -> bool:
        judged = all(call.verdicts is not None or call.failure for call in self.calls)
        return judged and all(self._is_rated(call.call_id) for call in self.calls)

    def _is_rated(self, call_id: UUID) -> bool:
        awaited = set(self.raters) - set(self.absent)
        return all((call_id, rater) in self.ratings for rater in awaited)

    @property
    def raters(self) -> list[UUID]:
        return [UUID(rater) for rater in self.calibration.raters]

    @property
    def raters_heard(self) -> int:
        """Count those who have rated any call: who was deactivated may have rated none."""
        return len({rater for _, rater in self.ratings})

    @property
    def progress(self) -> Progress:
        return Progress(len(self.calls), len(self.ratings), len(self.calls) * len(self.raters))

    def ratings_of(self, call_id: UUID) -> list[CalibrationRating]:
        return [rating for (call, _), rating in self.ratings.items() if call == call_id]

    def may_see(self, call_id: UUID, viewer: UUID | None) -> bool:
        """Tell whether verdicts on this call still sway nobody who looks at them."""
        if viewer in self.raters:
            return (call_id, viewer) in self.ratings
        return self._is_rated(call_id)

    def sheets(self) -> list[Sheet]:
        found = [Sheet(str(call.call_id), MODEL, call.verdicts or {}) for call in self.calls]
        for (call_id, rater_id), rating in self.ratings.items():
            verdicts = {key: given["verdict"] for key, given in rating.results.items()}
            found.append(Sheet(str(call_id), str(rater_id), verdicts))
        return found
