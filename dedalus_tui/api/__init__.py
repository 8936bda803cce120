"""The only user of httpx and websockets."""
