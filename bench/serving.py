"""What strangers read, beside a bare Flask hello on the same server with the same settings and nginx, in one run.

SIZES (`1000,20000,100000`) and DATABASE (`sqlite`, `postgresql`) in the environment say how many templates there are
and where, REVIEWS, INSTALLATIONS and FILLED more of it (bench/filling.py); SECONDS and ROUNDS how long one round lasts
and how often all rounds are made, one after the other. What a request costs the server in processor time does not
depend on what else runs on the machine, as rates do.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.asking import ROUNDS, SECONDS, ask
from bench.beside import HELLO_PORT, NGINX_PORT, PORT, nginx, serving
from bench.cases import SAME, Case, all_cases
from bench.filling import INSTALLATIONS, REVIEWS, Filled, filled
from bench.servers import resident_bytes
from bench.tables import show_cases, show_growth

SIZES = tuple(int(size) for size in os.environ.get("SIZES", "1000").split(","))
DATABASE = os.environ.get("DATABASE", "sqlite")


def main() -> None:
    """Measure at each size, and print a table for each and one of what grew."""
    measured = {}
    for templates in SIZES:
        with filled(DATABASE, templates) as made, tempfile.TemporaryDirectory(prefix="bench-") as folder:
            measured[templates] = measure(made, Path(folder))
    if len(measured) > 1:
        show_growth(measured)


def measure(made: Filled, folder: Path) -> list[Case]:
    """Ask everything in turn, print the table, and what memory the web process took; return what the service did."""
    hello, cases = Case("Flask hello", "", [("/", "")]), list(all_cases(made.names))
    same = {case.name: case.requests[0] for case in cases if case.way == SAME}
    files = {name.replace(": ", "-"): path for name, (path, etag) in same.items() if not etag}
    beside = [Case(f"nginx: {name}", SAME, [(f"/{name}", "")]) for name in files]
    with ExitStack() as stack:
        hello_server = stack.enter_context(serving(made.settings(), "hello", HELLO_PORT))
        service = stack.enter_context(serving(made.settings()))
        nginx_server = stack.enter_context(nginx(folder, files))
        memory = resident_bytes(service)
        for _ in range(ROUNDS):
            ask(hello, HELLO_PORT, hello_server)
            for case in beside:
                ask(case, NGINX_PORT, nginx_server)
            for case in cases:
                ask(case, PORT, service)
        memory += resident_bytes(service)
    about = f"{made.templates:,} templates, {REVIEWS:,} reviews, {INSTALLATIONS:,} installations, {made.database}"
    print(f"\n{about}; {ROUNDS} rounds of {SECONDS} s")
    show_cases(hello, [*cases, *beside])
    print("\nmemory of the web process alone, before and after:", *(f"{each / 1e6:.0f} MB" for each in memory))
    return cases
