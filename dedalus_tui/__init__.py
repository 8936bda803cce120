"""dedalus-tui: the terminal dashboard for Dedalus Machines."""

__version__ = "0.1.0"
