"""Functions that make what a test needs, valid unless told otherwise."""

from __future__ import annotations
