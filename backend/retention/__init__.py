"""What is kept about people, for how long, and proof that the rest is gone."""
