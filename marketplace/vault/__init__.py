"""Seals secrets with keys that are not in the database (docs/adr/credentials-sealed.md)."""
