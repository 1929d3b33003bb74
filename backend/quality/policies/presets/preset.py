"""The shape of a preset: a policy to start from."""

from dataclasses import dataclass

from backend.quality.policies.config import PolicyConfig
from backend.quality.policies.presets.policy_class import PolicyClass


@dataclass(frozen=True)
class PolicyPreset:
    """A policy to start from. `policy` is the class that its criteria are written from."""

    key: str
    policy: type[PolicyClass]
    config: PolicyConfig
