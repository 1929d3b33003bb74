"""The PostgreSQL that Ringback brings along, shared by the processes that need one."""
