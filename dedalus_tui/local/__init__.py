"""A small Dedalus on this computer: its own process, sharing no code with the house."""
