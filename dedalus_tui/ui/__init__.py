"""Textual lives here and only here."""
