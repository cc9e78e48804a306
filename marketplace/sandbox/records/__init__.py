"""The records of apps: reading, writing, validation, lookups, formulas and the process."""
