"""All pages of an installed app, entered by importing their modules."""

from __future__ import annotations

from marketplace.web.apps import (  # noqa: F401 - importing enters their routes
    comments,
    csv_export,
    csv_import,
    files,
    form,
    index,
    process,
    record,
    reports,
)
from marketplace.web.apps.visit import pages

__all__ = ["pages"]
