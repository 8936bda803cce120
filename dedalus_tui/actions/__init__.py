"""What a key does: one registry, one runner."""
