"""How judging what was said can fail."""

from backend.platform.errors import Conflict


class OptOutNotDoubted(Conflict):
    code, title = "opt-out-not-doubted", "There is nothing to decide"
