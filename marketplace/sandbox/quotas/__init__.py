"""Quotas: how much a site holds, how much it may hold, and the refusal of what is too much."""
