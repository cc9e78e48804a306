"""Speed of what changes something, on both databases, beside publishing at Verdaccio and devpi in the same run.

One client, one act after the other; only imports run in many workspaces at once. Every act is acknowledged and durable
as the settings of the service promise it (docs/operations.md).
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, func, select, text

from bench.peers import CONTENT_BYTES, Devpi, Peer, Verdaccio
from bench.servers import running
from marketplace.bundle.writing import write_zip
from marketplace.installs.models import CallEntry
from tests.bundle.factories import make_app, make_bundle, make_field, make_manifest
from tests.e2e.service import Service, free_port
from tests.postgres import running_postgres

ACTS, PEER_ACTS, WORKSPACES = 100, 50, 50
INSTALLED = "yokoten/subsidy-grant-management"
REVIEWED = f"/api/v1/templates/{INSTALLED}/reviews"

Times = list[float]


def main() -> None:
    """Print for each act how many a second, its median and its slowest of a hundred; then the imports."""
    rows: dict[str, Times] = {}
    for peer_class in (Verdaccio, Devpi):
        with tempfile.TemporaryDirectory() as folder:
            rows |= _publish_at(peer_class(Path(folder), free_port()))
    imports = {}
    for database in ("SQLite", "PostgreSQL"):
        with _service(database) as service:
            rows |= {f"{name} ({database})": times for name, times in _acts(service).items()}
            imports[database] = _install_everywhere(service)
    base = statistics.median(rows["publish at Verdaccio, token"])
    print(f"{'act':44} {'a second':>9} {'ratio':>6} {'p50 ms':>8} {'p99 ms':>8}")
    for name, times in rows.items():
        ordered = sorted(times)
        p50, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
        print(f"{name:44} {1 / statistics.mean(times):9.1f} {base / p50:6.1f} {p50 * 1000:8.1f} {p99 * 1000:8.1f}")
    for database, (seconds, calls) in imports.items():
        line = (
            f"{WORKSPACES} imports at once ({database}): {seconds:.1f} s, {calls} calls, {calls / seconds:.0f} a second"
        )
        print(line)


def _publish_at(peer: Peer) -> dict[str, Times]:
    command = peer.install()
    with running(command, peer.port):
        peer.sign_in()
        return {f"publish at {peer.name}, token": _timed(peer.publish, range(1, PEER_ACTS + 1))}


def _timed(act: Callable[[Any], object], inputs: Any) -> Times:
    times = []
    for each in inputs:
        start = time.perf_counter()
        act(each)
        times.append(time.perf_counter() - start)
    return times


@contextmanager
def _service(database: str) -> Iterator[Service]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres() if database == "PostgreSQL" else nullcontext() as url,
    ):
        environ = {"MARKETPLACE_DATABASE_URL": _own_database(url)} if url else {}
        service = Service(Path(folder) / "var", environ=environ)
        service.start()
        try:
            yield service
        finally:
            service.kill_all()


def _own_database(url: str) -> str:
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE bench_writes TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    admin.dispose()
    return url.replace("/yokoten_test?", "/bench_writes?")


def _acts(service: Service) -> dict[str, Times]:
    """Time uploads, releases, reviews and plans."""
    upload, release = _publish_here(service, [_bundle(number) for number in range(ACTS)])
    place = f"/api/v1/workspaces/{service.demo['workspace']['id']}"
    service.wait_for_import(service.install(INSTALLED))
    return {
        "upload of a bundle, token": upload,
        "release, token": release,
        "upload and release, token": [sum(pair) for pair in zip(upload, release, strict=True)],
        "review, token": _timed(lambda stars: _done(service, "PUT", REVIEWED, _review(stars)), range(ACTS)),
        "plan of an import, token": _timed(
            lambda _: _done(service, "POST", f"{place}/imports", {"template": INSTALLED, "dry_run": True}), range(ACTS)
        ),
    }


def _publish_here(service: Service, bundles: list[bytes]) -> tuple[Times, Times]:
    """Upload and release one bundle after the other: a municipality has few drafts at a time."""
    upload: Times = []
    release: Times = []
    for bundle in bundles:
        begun = time.perf_counter()
        draft = _done(service, "POST", "/api/v1/drafts", bundle)["id"]
        there = time.perf_counter()
        _done(service, "POST", f"/api/v1/drafts/{draft}/release")
        upload.append(there - begun)
        release.append(time.perf_counter() - there)
    return upload, release


def _bundle(number: int) -> bytes:
    """Return a bundle of about the size of the peers' packages."""
    fields = [make_field("SINGLE_LINE_TEXT", f"項目{place}") for place in range(34)]
    manifest = make_manifest("request", slug=f"measured-{number}")
    bundle = make_bundle({"request": make_app(f"申請{number}", *fields)}, manifest=manifest)
    content = write_zip(bundle)
    if not CONTENT_BYTES / 2 < len(content) < CONTENT_BYTES * 2:
        print(f"a bundle has {len(content)} bytes", file=sys.stderr)
    return content


def _review(number: int) -> dict[str, Any]:
    return {"stars": number % 5 + 1, "text": f"{number}回目の感想です。毎年の作業が短くなりました。"}


def _done(service: Service, method: str, path: str, body: Any = None) -> Any:
    answer = service.call(method, path, body)
    if answer.status >= 300:
        message = f"{method} {path}: {answer.status} {answer.content.decode()[:500]}"
        raise SystemExit(message)
    return json.loads(answer.content) if answer.content else None


def _install_everywhere(service: Service) -> tuple[float, int]:
    """Install a set of three apps with its sample records in many workspaces at once: seconds, and calls in all."""
    made = [_done(service, "POST", "/api/v1/workspaces", {"name": f"計測{number}"}) for number in range(1, WORKSPACES)]
    places = [service.demo["workspace"]["id"], *(each["workspace"]["id"] for each in made)]
    order = {"template": INSTALLED, "sample_records": True}
    start = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        orders = [pool.submit(service.call, "POST", f"/api/v1/workspaces/{place}/imports", order) for place in places]
        ended = [service.wait_for_import(order.result().headers["Location"], 600) for order in orders]
    seconds = time.perf_counter() - start
    if any(each["state"] != "succeeded" for each in ended):
        raise SystemExit(str(next(each for each in ended if each["state"] != "succeeded")))
    engine = create_engine(_database_of(service))
    with engine.connect() as connection:
        chosen = (
            select(func.count()).select_from(CallEntry).where(CallEntry.import_id.in_([each["id"] for each in ended]))
        )
        calls = connection.scalar(chosen)
    engine.dispose()
    return seconds, int(calls or 0)


def _database_of(service: Service) -> str:
    url = service.environ.get("MARKETPLACE_DATABASE_URL", f"sqlite:///{service.data_dir}/yokoten.db")
    return url.replace("postgresql://", "postgresql+psycopg://")
