"""How good calls are: policies, evaluations with evidence, review, calibration."""
