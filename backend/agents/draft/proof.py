"""What has to stand behind a value before it counts."""

from enum import StrEnum


class ProofPolicy(StrEnum):
    """What a record's values have to be proven by."""

    RULES = "rules"
    SECOND_READING = "second_reading"
    PERSON = "person"
