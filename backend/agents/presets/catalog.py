"""Example agents to start from, each with its prompt, variables and record schema."""

from backend.agents.presets.appointment_reminder import APPOINTMENT_REMINDER
from backend.agents.presets.driver_check_in import DRIVER_CHECK_IN
from backend.agents.presets.emergency import EMERGENCY
from backend.agents.presets.preset import Preset
from backend.agents.presets.sales_qualification import SALES_QUALIFICATION

PRESETS: tuple[Preset, ...] = (
    DRIVER_CHECK_IN,
    EMERGENCY,
    SALES_QUALIFICATION,
    APPOINTMENT_REMINDER,
)
