"""What the product talks about: frozen values, no I/O, no clock."""
