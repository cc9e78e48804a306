"""Looks for what disagrees: rows, blobs, search, counters, jobs, secrets. Mends what can be mended without guessing.

Each check is a module that yields findings; it reads some rows at a time, in transactions of its own, so that it may
run while the service works and needs little memory however much there is. What is mended, the service's own acts mend.
"""
