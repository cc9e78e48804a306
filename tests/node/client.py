"""The official kintone programs for Node, installed from their lock file."""

from __future__ import annotations

import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"


def install_client() -> None:
    """Install the programs unless this checkout has them as locked; `make parts` brings Node."""
    locked = FOLDER / "package-lock.json"
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < locked.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=FOLDER, check=True, capture_output=True)
