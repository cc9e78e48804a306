"""The official JavaScript client works against a built-in workspace over real HTTP."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from tests.kintone_api.conftest import PASSWORD
from tests.node.client import FOLDER
from tests.node.conftest import LOGIN, Served


@pytest.mark.usefixtures("programs_installed")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("suite", sorted(path.name for path in FOLDER.glob("*.test.js")))
def test_the_official_client_finds_a_kintone(served: Served, suite: str):
    environment = {**os.environ, "BASE_URL": served.address, "LOGIN": LOGIN, "PASSWORD": PASSWORD}
    command = ["node", "--test", "--test-reporter=tap", suite]
    done = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE), done.stdout
