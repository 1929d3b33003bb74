"""What an agent calls for, which decides which rules bind its calls."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why people are called: calls they expect, to sell them something, or in an emergency."""

    SERVICE = "service"
    MARKETING = "marketing"
    EMERGENCY = "emergency"
