"""All columns in one packed row, so that a process that begins needs not read every entry; derived and disposable."""

from __future__ import annotations

import io
import json
import logging
import zlib
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from marketplace.kernel.context import Context
from marketplace.search.columns import Columns
from marketplace.search.models import SearchRevision, SearchSnapshot
from marketplace.search.value_pairs import ValuePairs

MANY = 100
"""Changes after which a snapshot is made anew: to follow these takes a process no time to speak of."""
FORMAT = 1
"""Counted up when the packing changes; a snapshot packed otherwise is not read."""

log = logging.getLogger(__name__)


def read_snapshot(ctx: Context) -> Columns | None:
    """Return the columns as they were at some revision, perhaps one that is forgotten or was rolled back."""
    packed = ctx.session.scalar(select(SearchSnapshot.packed).where(SearchSnapshot.format == FORMAT))
    try:
        return None if packed is None else unpack(packed)
    except (ValueError, KeyError, OSError, EOFError, BadZipFile, zlib.error):
        log.exception("The snapshot of the search columns can't be read; all entries are read instead")
        return None


def is_snapshot_due(ctx: Context) -> bool:
    """Tell whether many changes were made since the last snapshot."""
    last = ctx.session.scalar(select(SearchRevision.revision).order_by(SearchRevision.revision.desc()).limit(1))
    taken = ctx.session.scalar(select(SearchSnapshot.revision).where(SearchSnapshot.format == FORMAT))
    return last is not None and (taken is None or not taken <= last < taken + MANY)


def keep_snapshot(ctx: Context, columns: Columns) -> None:
    """Replace the snapshot."""
    ctx.session.merge(SearchSnapshot(id=1, revision=columns.revision, format=FORMAT, packed=pack(columns)))


def pack(columns: Columns) -> bytes:
    """Return columns as the bytes of a compressed .npz file."""
    arrays: dict[str, NDArray[Any]] = {}
    for place, mask in enumerate(columns.kinds.values()):
        arrays[f"kind{place}"] = mask
    for place, pairs in enumerate(columns.dimensions.values()):
        arrays[f"entries{place}"], arrays[f"places{place}"] = pairs.entries, pairs.places
    for place, figures in enumerate(columns.figures.values()):
        arrays[f"figure{place}"] = figures
    texts = {
        "revision": columns.revision,
        "token": columns.token,
        "subjects": columns.subjects,
        "kinds": [*columns.kinds],
        "dimensions": {name: pairs.values for name, pairs in columns.dimensions.items()},
        "figures": [*columns.figures],
    }
    arrays["texts"] = np.frombuffer(json.dumps(texts, ensure_ascii=False).encode(), dtype=np.uint8)
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def unpack(packed: bytes) -> Columns:
    """Return the columns that were packed."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        texts = json.loads(arrays["texts"].tobytes())
        subjects = tuple(texts["subjects"])
        return Columns(
            texts["revision"],
            texts["token"],
            subjects,
            {name: arrays[f"kind{place}"] for place, name in enumerate(texts["kinds"])},
            {
                name: ValuePairs.of(tuple(values), arrays[f"entries{place}"], arrays[f"places{place}"], len(subjects))
                for place, (name, values) in enumerate(texts["dimensions"].items())
            },
            {name: arrays[f"figure{place}"] for place, name in enumerate(texts["figures"])},
        )
