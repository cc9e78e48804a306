"""Municipalities (the master list), their members and roles."""
