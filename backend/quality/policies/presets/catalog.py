"""Example policies to start from."""

from backend.quality.policies.presets.collections import COLLECTIONS
from backend.quality.policies.presets.dispatch import DISPATCH
from backend.quality.policies.presets.sales import SALES
from backend.quality.policies.presets.support import SUPPORT

POLICY_PRESETS = (SUPPORT, SALES, COLLECTIONS, DISPATCH)
