"""Read speed of the API and the pages beside a bare Flask hello on the same gunicorn settings, in one run."""

from __future__ import annotations

import http.client
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PORT, HELLO_PORT = 8931, 8932
SECONDS, CLIENTS, ROUNDS = 2.0, 8, 3
TEMPLATE = "/api/v1/templates/yokoten/subsidy-grant-management"
CASES = {
    "API: template": TEMPLATE,
    "API: version": f"{TEMPLATE}/versions/1.0.0",
    "API: list": "/api/v1/templates",
    "API: search 補助金": "/api/v1/templates?q=" + urllib.parse.quote("補助金"),
    "API: bundle": f"{TEMPLATE}/versions/1.0.0/bundle",
    "page: start": "/",
    "page: list": "/templates",
    "page: template": "/templates/yokoten/subsidy-grant-management",
}
HELLO = "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef hello():\n    return {'hello': 'world'}\n"


@contextmanager
def running(command: list[str], port: int, path: str, **environ: str) -> Iterator[None]:
    """Run a server until the block ends; it must answer within a minute."""
    process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).read()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def measure(port: int, path: str) -> list[float]:
    """Return the seconds of every answer that some clients got within the time of one round."""
    found: list[float] = []
    end = time.perf_counter() + SECONDS

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while time.perf_counter() < end:
            start = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
            found.append(time.perf_counter() - start)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def main() -> None:
    """Print one line per case: rate, ratio to hello, p50 and p99, the median of interleaved rounds."""
    folder = Path(tempfile.mkdtemp())
    (folder / "hello.py").write_text(HELLO)
    server = [sys.executable, "-m", "gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "4"]
    hello = [*server, "--reuse-port", "--bind", f"127.0.0.1:{HELLO_PORT}", "--chdir", str(folder), "hello:app"]
    service = [sys.executable, "-m", "marketplace.cli", "serve", "--demo"]
    settings = {
        "MARKETPLACE_DATA_DIR": str(folder / "var"),
        "MARKETPLACE_PORT": str(PORT),
        "MARKETPLACE_RATE_LIMITS": "off",
    }
    with running(hello, HELLO_PORT, "/"), running(service, PORT, "/healthz", **settings):
        rows: dict[str, list[list[float]]] = {name: [] for name in ["Flask hello", *CASES]}
        for _ in range(ROUNDS):
            rows["Flask hello"].append(measure(HELLO_PORT, "/"))
            for name, path in CASES.items():
                rows[name].append(measure(PORT, path))
    base = statistics.median(len(found) for found in rows["Flask hello"])
    print(f"{'case':24} {'req/s':>8} {'ratio':>6} {'p50 ms':>8} {'p99 ms':>8}")
    for name, rounds in rows.items():
        rate = statistics.median(len(found) for found in rounds)
        times = sorted(second for found in rounds for second in found)
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        print(f"{name:24} {rate / SECONDS:8.0f} {rate / base:6.2f} {p50 * 1000:8.1f} {p99 * 1000:8.1f}")
