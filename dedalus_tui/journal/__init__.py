"""What this computer remembers, in one SQLite file."""
