"""Run the measurements named on the command line, or all of them: `python -m bench serving search`."""

from __future__ import annotations

import sys

from bench import calls, faults, overload, records, registries, relevance, search, serving, writes

MEASUREMENTS = {
    "records": records.main,
    "faults": faults.main,
    "calls": calls.main,
    "relevance": relevance.main,
    "search": search.main,
    "serving": serving.main,
    "overload": overload.main,
    "registries": registries.main,
    "writes": writes.main,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or MEASUREMENTS:
        MEASUREMENTS[name]()
