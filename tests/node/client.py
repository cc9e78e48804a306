"""The official kintone client, installed from its lock file."""

from __future__ import annotations

import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent


def install_client() -> None:
    """Install the client unless this checkout has it; `make parts` brings Node."""
    if not (FOLDER / "node_modules" / ".package-lock.json").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=FOLDER, check=True, capture_output=True)
