"""Replaces the options of choice fields by those of a municipality, wherever a bundle names them."""
