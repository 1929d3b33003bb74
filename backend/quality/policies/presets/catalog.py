"""Example policies to start from."""

from backend.quality.policies.presets.support import SUPPORT

POLICY_PRESETS = (SUPPORT,)
