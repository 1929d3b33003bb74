"""Look-ups by others before a dial: whom an organisation has asked, and what was answered."""
