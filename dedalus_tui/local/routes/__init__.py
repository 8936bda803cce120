"""Routes decode, call one method of the world, encode; rules live elsewhere."""
