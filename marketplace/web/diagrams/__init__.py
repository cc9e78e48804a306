"""Boxes and arrows, and maps of tiles, as static SVG. Knows nothing of kintone or of templates."""
