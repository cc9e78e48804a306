"""How often templates are looked at and fetched: sums by template and day, of nobody in particular."""
