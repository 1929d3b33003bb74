"""Whether a conversation proves what is said of it. Pure: knows no database and no network."""
