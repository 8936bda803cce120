"""Local copies of remote things, kept live."""
