"""What can be set on an agent, and the rules a draft has to keep."""
