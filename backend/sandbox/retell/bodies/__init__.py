"""Request bodies of Retell's API, and the bounds they are held to."""
