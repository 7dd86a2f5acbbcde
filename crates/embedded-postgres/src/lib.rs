//! Starts, watches and stops a private PostgreSQL from the machine's own server programs.
