"""Computes the formula fields of one record, in the order they depend on each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.sandbox.content import Content
from marketplace.sandbox.form import Form


@dataclass(frozen=True, slots=True)
class Stamps:
    """Who made and last changed a record, and when."""

    created_at: datetime
    creator: str
    updated_at: datetime
    modifier: str


def compute(form: Form, content: Content, stamps: Stamps) -> None:
    """Set every formula field of a record."""
