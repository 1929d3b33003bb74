"""What a text mentions, read once and typed: numbers with sign, scale, unit and role."""
