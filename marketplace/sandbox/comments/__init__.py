"""Comments on records: who wrote what to whom, numbered within each record."""
