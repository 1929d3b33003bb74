"""The account's phone numbers, and the calls that come in on them."""
