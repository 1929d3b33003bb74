"""How calibrations can fail."""

from backend.platform.errors import Conflict, Forbidden, NotFound, Rejected


class CalibrationNotFound(NotFound):
    code, title = "calibration-not-found", "There is no such calibration"


class CalibrationInvalid(Rejected):
    code, title = "calibration-invalid", "The calibration cannot be made"


class RatingInvalid(Rejected):
    code, title = "rating-invalid", "The rating does not fit the policy"


class NotARater(Forbidden):
    code, title = "not-a-rater", "You are not asked to rate here"


class AlreadyRated(Conflict):
    code, title = "already-rated", "You have rated this call, and have seen the others since"


class CalibrationOver(Conflict):
    code, title = "calibration-over", "The calibration is over"
