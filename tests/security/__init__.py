"""What strangers with bad intent try, and what becomes of it."""
