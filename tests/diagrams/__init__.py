"""Boxes and arrows as static SVG."""
