"""The simulated language model: OpenAI's protocol, and what it answers."""
