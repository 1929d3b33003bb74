"""What people get of the API beside JSON: its description, a page to try it out, lines of CSV."""
