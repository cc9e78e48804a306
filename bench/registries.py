"""Our service beside two registries of other fields and nginx, with as many packages each, in one run.

Metadata, search and download, each asked for in two ways: again and again the same, and as people ask (Zipf). nginx
serves files with the bytes of our answers: nothing can be quicker. TEMPLATES says how many of each there are, SECONDS
and ROUNDS what they say in bench/serving.py.
"""

from __future__ import annotations

import os
import random
import tempfile
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.asking import ROUNDS, ask
from bench.beside import HELLO_PORT, NGINX_PORT, PORT, nginx, serving
from bench.cases import ADDRESSES, SAME, SEED, ZIPF, Case, often
from bench.filling import SQLITE, filled
from bench.peers import Devpi, Peer, Verdaccio
from bench.servers import running
from bench.tables import show_cases

TEMPLATES = int(os.environ.get("TEMPLATES", "1000"))
VERDACCIO_PORT, DEVPI_PORT = 8936, 8937


def main() -> None:
    """Fill all of them, and print one table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        folder = Path(name)
        for each in ("verdaccio", "devpi"):
            (folder / each).mkdir()
        made = stack.enter_context(filled(SQLITE, TEMPLATES))
        hello = stack.enter_context(serving(made.settings(), "hello", HELLO_PORT))
        service = stack.enter_context(serving(made.settings()))
        files = {name: address(*made.names[0]) for name, address in FILES.items()}
        files_server = stack.enter_context(nginx(folder / "nginx", files))
        cases = [(case, PORT, service) for case in _own(made.names)]
        cases += [(Case(f"nginx: {each}", SAME, [(f"/{each}", "")]), NGINX_PORT, files_server) for each in files]
        for peer in (Verdaccio(folder / "verdaccio", VERDACCIO_PORT), Devpi(folder / "devpi", DEVPI_PORT)):
            server = stack.enter_context(running(peer.install(), peer.port))
            _publish_all(peer)
            cases += [(case, peer.port, server) for case in _of_peer(peer)]
        base = Case("Flask hello", "", [("/", "")])
        for _ in range(ROUNDS):
            ask(base, HELLO_PORT, hello)
            for case, port, server in cases:
                ask(case, port, server)
    show_cases(base, [case for case, _port, _server in cases])


FILES = {"metadata": ADDRESSES["API: version"], "download": ADDRESSES["API: bundle"]}


def _own(names: list[tuple[str, str]]) -> Iterator[Case]:
    asked = {
        "ours: metadata": ADDRESSES["API: version"],
        "ours: search": lambda _publisher, slug: "/api/v1/templates?" + urllib.parse.urlencode({"q": slug}),
        "ours: download": ADDRESSES["API: bundle"],
    }
    for name, address in asked.items():
        yield Case(name, SAME, [(address(*names[0]), "")])
        yield Case(name, ZIPF, [(address(*each), "") for each in often(names, random.Random(SEED))])


def _publish_all(peer: Peer) -> None:
    if isinstance(peer, Devpi):
        peer.sign_in()
    for number in range(TEMPLATES):
        peer.publish(number)


def _of_peer(peer: Peer) -> Iterator[Case]:
    known = [peer.paths(number) for number in range(TEMPLATES)]
    for what in ("metadata", "search", "download"):
        yield Case(f"{peer.name}: {what}", SAME, [(known[0][what], "")])
        yield Case(f"{peer.name}: {what}", ZIPF, [(each[what], "") for each in often(known, random.Random(SEED))])
