"""The numbers that calls come to: each is defined once, for charts, alerts and drift."""
