"""Version 1 of the JSON API: one module per domain, output schemas beside the endpoints."""
