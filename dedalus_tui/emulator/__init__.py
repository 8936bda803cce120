"""A terminal without a screen: bytes in, damage and reply bytes out."""
