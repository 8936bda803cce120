"""Pure functions from domain values to words and columns."""
