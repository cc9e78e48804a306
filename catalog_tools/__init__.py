"""Makes templates_catalog/ out of short definitions, and checks what came out; no part of the service."""
