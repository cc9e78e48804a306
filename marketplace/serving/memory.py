"""How the processes of the service take memory and give it back (docs/operations.md tells how much each may need)."""

from __future__ import annotations

import ctypes
import gc
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Names of malloc.h."""
ARENAS = 2
LARGE = 128 * 1024
"""Bytes from which a piece of memory is the system's again as soon as it is let go."""
TRIMMED = 1024 * 1024
"""Bytes that may lie unused at the end of an arena."""


def give_memory_back() -> None:
    """Have malloc return what is no longer used; call it before threads begin.

    Left to itself, glibc gives each thread an arena of its own, and comes to take the largest answers from them, too:
    after some ten thousand answers nearly 200 MB lay unused between what was kept.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return  # Other libraries have no such habits, or no such switch.
    for name, value in ((M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, TRIMMED)):
        mallopt(name, value)


def keep_out_of_collections() -> None:
    """Leave what a process made at its start out of every later collection of garbage.

    A full collection walks through some 250,000 modules, classes and functions that are never freed: it took 160 ms,
    in the middle of a request. It writes to each of them, too, and so makes a copy of what a fork shares with its
    parent: call it before a fork as well.
    """
    gc.collect()
    gc.freeze()
