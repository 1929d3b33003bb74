"""A simulated Retell and a simulated LLM, over real HTTP; shares no code with the rest."""
