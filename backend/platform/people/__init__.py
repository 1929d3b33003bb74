"""What is kept about people, and who must not come back."""
