"""Pages about all that the reader's municipality holds."""
