"""Things that are edited as a draft and kept as numbered versions, and what differs in them."""
