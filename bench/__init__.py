"""Measurements; claims about speed come from here, as ratios within one run."""
