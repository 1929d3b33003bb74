"""What is live at Retell: publishing to it, comparing with it, taking over from it."""
