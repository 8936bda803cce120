"""Parts that know the domain but not the store."""
