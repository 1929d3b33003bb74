"""What must not be read by everybody: found in what was said, and masked. Pure."""
