"""All pages of an app's settings, entered by importing their modules."""

from __future__ import annotations

from marketplace.web.app_settings import (  # noqa: F401 - importing enters their routes
    notifications,
    overview,
    process,
    rights,
    tokens,
    webhooks,
)
from marketplace.web.app_settings.frame import pages

__all__ = ["pages"]
