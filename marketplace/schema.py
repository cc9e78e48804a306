"""Imports every models module, so that the metadata is whole for migrations and tests."""

from __future__ import annotations

import marketplace.sandbox.models
from marketplace.db.base import Base

METADATA = Base.metadata

__all__ = ["METADATA", "marketplace"]
