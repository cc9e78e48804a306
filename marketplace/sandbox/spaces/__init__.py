"""Spaces of a site: rooms that hold apps, threads and members; a guest space has paths of its own and admits guests."""
