"""Speed of what changes something, on both databases, beside publishing at Verdaccio and devpi in the same run.

One client, one act after the other, each on a connection of its own, as at the peers; only imports run in many
workspaces at once. What is published here has the size of the peers' packages, and then that of real templates.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, func, select, text

from bench.peers import CONTENT_BYTES, JSON, Devpi, Peer, Verdaccio, call
from bench.servers import running
from marketplace.bundle.canonical import canonical_json
from marketplace.bundle.reading import read_folder
from marketplace.bundle.writing import canonical_files, store_files, write_zip
from marketplace.installs.models import CallEntry
from tests.bundle.factories import make_app, make_bundle, make_field, make_manifest
from tests.e2e.service import CATALOG, Service
from tests.ports import free_port
from tests.postgres import running_postgres

ACTS, PEER_ACTS, WORKSPACES = 100, 50, 50
INSTALLED = "yokoten/subsidy-grant-management"
REVIEWED = f"/api/v1/templates/{INSTALLED}/reviews"

ZIP = {"Content-Type": "application/zip"}

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
    _print(rows)
    for database, (seconds, calls) in imports.items():
        line = (
            f"{WORKSPACES} imports at once ({database}): {seconds:.1f} s, {calls} calls, {calls / seconds:.0f} a second"
        )
        print(line)


def _print(rows: dict[str, Times]) -> None:
    """Print the table, each median also as how often it fits into that of publishing at a peer."""
    verdaccio, devpi = (statistics.median(rows[_at(name)]) for name in ("Verdaccio", "devpi"))
    print(f"{'act':56} {'a second':>9} {'Verdaccio':>9} {'devpi':>6} {'p50 ms':>8} {'p99 ms':>8}")
    for name, times in rows.items():
        ordered = sorted(times)
        p50, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
        ratios = f"{verdaccio / p50:9.1f} {devpi / p50:6.2f}"
        print(f"{name:56} {1 / statistics.mean(times):9.1f} {ratios} {p50 * 1000:8.1f} {p99 * 1000:8.1f}")


def _at(peer: str) -> str:
    return f"publish at {peer}, token"


def _publish_at(peer: Peer) -> dict[str, Times]:
    command = peer.install()
    with running(command, peer.port):
        peer.sign_in()
        return {_at(peer.name): _timed(peer.publish, range(1, PEER_ACTS + 1))}


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
    """Time what publishers do with small bundles and with real ones, then reviews and plans."""
    there = Connection(service.port, service.demo["token"])
    place = f"/api/v1/workspaces/{service.demo['workspace']['id']}"
    service.wait_for_import(service.install(INSTALLED))
    small, real = [_bundle(number) for number in range(2 * ACTS)], _real_bundles()
    order = {"template": INSTALLED, "dry_run": True}
    return {
        **_publish_here(there, small[:ACTS], small[ACTS:], f"{CONTENT_BYTES // 1000} kB"),
        **_publish_here(there, real[::2], real[1::2], _sizes(real)),
        "review, token": _timed(lambda stars: there.done("PUT", REVIEWED, _review(stars)), range(ACTS)),
        "plan of an import, token": _timed(lambda _: there.done("POST", f"{place}/imports", order), range(ACTS)),
    }


@dataclass(frozen=True, slots=True)
class Connection:
    """The way to a service, as the peers are called."""

    port: int
    token: str

    def done(self, method: str, path: str, body: Any = None) -> Any:
        """Make one call that has to succeed."""
        headers = {"Authorization": f"Bearer {self.token}", **(JSON if not isinstance(body, bytes) else ZIP)}
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        return json.loads(call(self.port, method, path, content, headers))


def _publish_here(there: Connection, at_once: list[bytes], in_two: list[bytes], size: str) -> dict[str, Times]:
    """Publish some bundles by one call each, and others by an upload and a release, taking turns."""
    published: Times = []
    upload: Times = []
    release: Times = []
    for one, other in zip(at_once, in_two, strict=False):
        published += _timed(lambda bundle: there.done("POST", "/api/v1/versions", bundle), [one])
        begun = time.perf_counter()
        draft = there.done("POST", "/api/v1/drafts", other)["id"]
        upload.append(time.perf_counter() - begun)
        release += _timed(lambda draft: there.done("POST", f"/api/v1/drafts/{draft}/release"), [draft])
    return {
        f"publish in one call, {size}, token": published,
        f"upload of a bundle, {size}, token": upload,
        f"release, {size}, token": release,
        f"upload and release, {size}, token": [sum(pair) for pair in zip(upload, release, strict=True)],
    }


def _real_bundles() -> list[bytes]:
    """Return the oldest version of each first-party template under a name of its own."""
    bundles = []
    for template in sorted(each for each in CATALOG.iterdir() if each.is_dir()):
        files = canonical_files(read_folder(min(template.iterdir())))
        manifest = json.loads(files["template.json"]) | {"slug": f"measured-{template.name}"[:40].rstrip("-")}
        if not manifest.pop("includes", None):  # a set needs its members
            bundles.append(store_files({**files, "template.json": canonical_json(manifest)}))
    return bundles


def _sizes(bundles: list[bytes]) -> str:
    kilobytes = sorted(len(bundle) // 1000 for bundle in bundles)
    return f"{kilobytes[len(bundles) // 2]} kB ({kilobytes[0]}-{kilobytes[-1]})"


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


def _install_everywhere(service: Service) -> tuple[float, int]:
    """Install a set of three apps with its sample records in many workspaces at once: seconds, and calls in all."""
    there = Connection(service.port, service.demo["token"])
    made = [there.done("POST", "/api/v1/workspaces", {"name": f"計測{number}"}) for number in range(1, WORKSPACES)]
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
