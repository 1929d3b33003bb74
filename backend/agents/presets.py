"""Example agents to start from, each with its prompt, variables and record schema."""

from backend.agents.preset import Preset
from backend.agents.preset_appointment_reminder import APPOINTMENT_REMINDER
from backend.agents.preset_driver_check_in import DRIVER_CHECK_IN
from backend.agents.preset_emergency import EMERGENCY
from backend.agents.preset_sales_qualification import SALES_QUALIFICATION

PRESETS: tuple[Preset, ...] = (
    DRIVER_CHECK_IN,
    EMERGENCY,
    SALES_QUALIFICATION,
    APPOINTMENT_REMINDER,
)
