"""The files that a new template starts from."""
