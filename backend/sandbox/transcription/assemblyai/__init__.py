"""AssemblyAI's API for recordings: upload, submit, poll, and a callback where one is wanted."""
