"""Templates and their immutable versions, categories, and the first-party templates."""
