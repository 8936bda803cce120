"""The tabs of a machine."""
