"""Looks through a bundle before anybody outside the municipality sees it: personal data, and what scripts reach."""
