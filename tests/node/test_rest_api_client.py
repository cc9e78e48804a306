"""The official JavaScript client works against a built-in workspace over real HTTP."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.kintone_api.conftest import PASSWORD
from tests.node.client import FOLDER
from tests.node.conftest import LOGIN, Served

TYPES = FOLDER / "node_modules" / "@kintone" / "rest-api-client" / "lib" / "src" / "client"
PARTS = {
    "app": "AppClient",
    "record": "RecordClient",
    "space": "SpaceClient",
    "file": "FileClient",
    "plugin": "PluginClient",
}
NOT_OFFERED = {"search"}
"""Methods whose API the workspace doesn't offer, as docs/kintone-compatibility.md says."""


def methods_of_the_client() -> set[str]:
    """Every method that the official client offers, as its own types declare them."""
    declared = {
        f"{part}.{name}"
        for part, kind in PARTS.items()
        for name in re.findall(r"^    (\w+)[<(]", (TYPES / f"{kind}.d.ts").read_text(encoding="utf-8"), re.MULTILINE)
        if name != "constructor"
    }
    return declared | {"bulkRequest", "search"}


@pytest.mark.usefixtures("programs_installed")
@pytest.mark.timeout(300)
def test_the_official_client_finds_a_kintone_and_all_its_methods_are_tried(served: Served, tmp_path: Path):
    called = tmp_path / "called"
    called.mkdir()
    environment = {
        **os.environ,
        "BASE_URL": served.address,
        "LOGIN": LOGIN,
        "PASSWORD": PASSWORD,
        "CALLED": str(called),
    }
    files = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("workspace/*.test.js"))
    command = ["node", "--test", "--test-reporter=tap", *files]
    done = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE), done.stdout
    tried = {name for path in called.iterdir() for name in json.loads(path.read_text(encoding="utf-8"))}
    assert methods_of_the_client() - tried == NOT_OFFERED


def test_what_is_not_offered_is_documented():
    document = Path("docs/kintone-compatibility.md").read_text(encoding="utf-8")
    assert {name for name in NOT_OFFERED if f"`{name}" not in document} == set()
