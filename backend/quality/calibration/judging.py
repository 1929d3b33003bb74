"""The model's own verdicts on the calls of a calibration, asked blind as people are."""
