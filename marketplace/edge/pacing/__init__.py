"""How many requests a caller may send: what each costs, who pays, and where it is counted (docs/adr/rate-limits.md)."""
