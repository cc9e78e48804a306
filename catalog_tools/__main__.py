"""Runs the commands of catalog_tools/cli.py."""

from __future__ import annotations

from catalog_tools.cli import main

main()
