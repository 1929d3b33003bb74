"""OpenAI's transcriptions, beside the simulated language model."""
