"""Apps of a bundle set up in memory with their sample records, for as long as somebody draws them."""
