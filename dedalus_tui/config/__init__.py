"""Settings and credentials: what this computer is told before anything starts."""
