"""All pages of an installed app, entered by importing their modules."""

from __future__ import annotations

from marketplace.web.apps import comments, files, form, index, process, record, reports  # noqa: F401 - importing enters their routes
from marketplace.web.apps.visit import pages

__all__ = ["pages"]
