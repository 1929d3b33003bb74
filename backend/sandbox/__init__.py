"""A simulated Retell and a simulated language model, over real HTTP. Shares no code with the service."""
