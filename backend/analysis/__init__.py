"""What every call tells, by one schema for the whole organisation, within a budget for each day."""
