"""What a worker knows of the others on its machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

from marketplace.jobs.presence import TRACES_KEPT, Presence, count_present

HOLD = """
import sys
from pathlib import Path
from marketplace.jobs.presence import Presence
presence = Presence(Path(sys.argv[1]))
print(presence.name, flush=True)
sys.stdin.read()
"""


def start_other(folder):
    """Start a process that is present, and return it with its name."""
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return other, other.stdout.readline().decode().strip()


def end(process):
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_living_worker_is_not_gone_and_a_killed_one_is(tmp_path):
    mine = Presence(tmp_path)
    other, name = start_other(tmp_path)
    try:
        assert not mine.is_gone(name)
        assert not mine.is_gone(mine.name)
    finally:
        end(other)
    assert mine.is_gone(name)
    mine.close()


def test_a_copied_folder_makes_nobody_look_dead(tmp_path):
    first = Presence(tmp_path / "first")
    shutil.copytree(tmp_path / "first", tmp_path / "copy")
    second = Presence(tmp_path / "copy")
    assert not second.is_gone(first.name)
    first.close()
    second.close()


def test_names_of_other_machines_or_of_nobody_are_not_gone(tmp_path):
    mine = Presence(tmp_path)
    gone = Presence(tmp_path)
    gone.close()
    assert mine.is_gone(gone.name)
    key, _boot, device, inode = gone.name.split(".")
    for name in ("", "x", "../../etc/passwd.1", f"{key}.", f"{key}.other-boot.{device}.{inode}"):
        assert not mine.is_gone(name)
    mine.close()


def test_traces_of_the_dead_do_not_pile_up(tmp_path):
    living = Presence(tmp_path)
    for _ in range(TRACES_KEPT + 5):
        Presence(tmp_path).close()
    newest = Presence(tmp_path)
    assert len(list(tmp_path.iterdir())) <= TRACES_KEPT + 2
    assert not newest.is_gone(living.name)
    living.close()
    newest.close()


def test_living_workers_are_counted(tmp_path):
    other, _name = start_other(tmp_path)
    try:
        for path in tmp_path.iterdir():
            os.utime(path, (0, 0))
        assert count_present(tmp_path) == 1
    finally:
        end(other)
    assert count_present(tmp_path) == 0
    assert count_present(tmp_path / "absent") == 0
