"""Answers kept under an Idempotency-Key, so that a repeated creation is answered and not done again."""
