"""How the API describes itself: to programs, and to people who try it out."""
