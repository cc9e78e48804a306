"""A real S3 server for the tests, started by the tests themselves from the wheel that carries it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.ports import free_port

ACCESS_KEY = "yokoten-test"
SECRET_KEY = "a-secret-of-the-tests"
START_SECONDS = 60


@dataclass(frozen=True)
class S3Server:
    """Where the server listens, and the process to stop it."""

    endpoint: str
    process: subprocess.Popen[bytes]


@contextmanager
def running_s3(folder: Path) -> Iterator[S3Server]:
    """Start SeaweedFS with one pair of keys; stop it at the end."""
    config = folder / "s3.json"
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    config.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
    data = folder / "data"
    data.mkdir()
    port = free_port()
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(_command(data, config, port), stdout=log, stderr=log, cwd=folder)
    try:
        _wait_until_ready(process, f"http://127.0.0.1:{port}", folder / "weed.log")
        yield S3Server(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()  # Asked politely it takes long to store what nobody will read.
        process.wait()


def _command(data: Path, config: Path, port: int) -> list[str]:
    ports = {"-master.port": free_port(), "-volume.port": free_port(), "-filer.port": free_port(), "-s3.port": port}
    return [
        str(Path(sys.executable).parent / "weed"),
        "server",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-dir={data}",
        "-filer",
        "-s3",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.config={config}",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=20",
        *(f"{name}={number}" for name, number in ports.items()),
    ]


def _wait_until_ready(process: subprocess.Popen[bytes], endpoint: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _answers(endpoint):
            return
        time.sleep(0.2)
    raise RuntimeError(f"SeaweedFS did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(endpoint: str) -> bool:
    try:
        with urlopen(f"{endpoint}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False
