"""Agent configuration: drafts, record schemas, published versions."""
