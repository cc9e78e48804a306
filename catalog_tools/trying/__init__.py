"""Installs templates into built-in workspaces and does with them what an official would."""

import marketplace.schema  # noqa: F401 - mappers look for each other, so every table has to be known first
