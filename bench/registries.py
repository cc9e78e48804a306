"""Our service beside two registries of other fields and nginx, with as many packages each, in one run.

Metadata, search and download, each asked for in two ways: again and again the same, and as people ask (Zipf). nginx
serves files with the bytes of our answers: nothing can be quicker. TEMPLATES, SECONDS and ROUNDS: bench/serving.py.
"""

from __future__ import annotations

import random
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path

from bench.peers import Devpi, Peer, Verdaccio
from bench.servers import running
from bench.serving import (
    ADDRESSES,
    ASKED,
    HELLO,
    HELLO_PORT,
    PORT,
    ROUNDS,
    SAME,
    SEED,
    TEMPLATES,
    ZIPF,
    Case,
    ask,
    fill,
    serving,
    show,
)

NGINX, NGINX_PORT = "/usr/sbin/nginx", 8935
VERDACCIO_PORT, DEVPI_PORT = 8936, 8937
CONFIG = """
user root;
pid {folder}/pid;
error_log {folder}/error.log crit;
worker_processes 1;
events {{}}
http {{
  access_log off; keepalive_requests 100000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; default_type application/json; }}
}}
"""


def main() -> None:
    """Fill all of them, and print one table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        folder = Path(name)
        _prepare(folder)
        names = fill(folder / "var", "")
        hello = stack.enter_context(serving(folder, "hello", HELLO_PORT, ""))
        service = stack.enter_context(serving(folder, "service", PORT, ""))
        nginx = stack.enter_context(running(_nginx(folder / "nginx", names[0]), NGINX_PORT))
        cases = [(case, PORT, service) for case in _own(names)]
        cases += [(Case(f"nginx: {each}", SAME, [(f"/{each}", "")]), NGINX_PORT, nginx) for each in FILES]
        for peer in (Verdaccio(folder / "verdaccio", VERDACCIO_PORT), Devpi(folder / "devpi", DEVPI_PORT)):
            server = stack.enter_context(running(peer.install(), peer.port))
            _publish_all(peer)
            cases += [(case, peer.port, server) for case in _of_peer(peer)]
        base = Case("Flask hello", "", [("/", "")])
        for _ in range(ROUNDS):
            ask(folder, base, HELLO_PORT, hello)
            for case, port, server in cases:
                ask(folder, case, port, server)
    show(base, [base, *(case for case, _port, _server in cases)])


FILES = {"metadata": ADDRESSES["API: version"], "download": ADDRESSES["API: bundle"]}


def _prepare(folder: Path) -> None:
    for each in ("catalog", "verdaccio", "devpi", "nginx/files"):
        (folder / each).mkdir(parents=True)
    (folder / "hello.py").write_text(HELLO)


def _nginx(folder: Path, first: tuple[str, str]) -> list[str]:
    """Lay down our own answers as files, and return the command that serves them."""
    for name, address in FILES.items():
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{address(*first)}") as answer:
            (folder / "files" / name).write_bytes(answer.read())
    (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, port=NGINX_PORT))
    return [NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"), "-g", "daemon off;"]


def _often(count: int) -> list[int]:
    weights = list(accumulate(1 / place for place in range(1, count + 1)))
    return random.Random(SEED).choices(range(count), cum_weights=weights, k=ASKED)


def _own(names: list[tuple[str, str]]) -> Iterator[Case]:
    asked = {
        "ours: metadata": ADDRESSES["API: version"],
        "ours: search": lambda _publisher, slug: "/api/v1/templates?" + urllib.parse.urlencode({"q": slug}),
        "ours: download": ADDRESSES["API: bundle"],
    }
    for name, address in asked.items():
        yield Case(name, SAME, [(address(*names[0]), "")])
        yield Case(name, ZIPF, [(address(*names[at]), "") for at in _often(len(names))])


def _publish_all(peer: Peer) -> None:
    if isinstance(peer, Devpi):
        peer.sign_in()
    for number in range(TEMPLATES):
        peer.publish(number)


def _of_peer(peer: Peer) -> Iterator[Case]:
    known = [peer.paths(number) for number in range(TEMPLATES)]
    for what in ("metadata", "search", "download"):
        yield Case(f"{peer.name}: {what}", SAME, [(known[0][what], "")])
        yield Case(f"{peer.name}: {what}", ZIPF, [(known[at][what], "") for at in _often(TEMPLATES)])
