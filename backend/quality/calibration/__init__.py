"""How far the judge can be trusted: people and the model score the same calls blind."""
