"""Writes bundles to the blob store; reads those of versions from it, and keeps in memory those used lately."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import write_zip
from marketplace.catalog.models import TemplateVersion
from marketplace.kernel.context import Context
from marketplace.storage.keeping import keep_blob

MAX_BUNDLES = 64
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptBundle:
    """A bundle whose file is in the blob store."""

    bundle: Bundle
    digest: str
    size: int


def keep_bundle(ctx: Context, bundle: Bundle) -> KeptBundle:
    """Store the file of a bundle; call it before the row that names it: a rollback leaves a file too many at most."""
    data = write_zip(bundle)
    return KeptBundle(bundle, keep_blob(ctx.session, ctx.ports.blobs, data), len(data))


class BundleCache:
    """Bundles by digest, the longest unused dropped first; a digest never stands for anything else."""

    def __init__(self, *, max_bundles: int = MAX_BUNDLES, max_bytes: int = MAX_BYTES) -> None:
        """Keep the limits."""
        self._max_bundles = max_bundles
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, tuple[Bundle, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, digest: str, fetch: Callable[[], bytes]) -> Bundle:
        """Return the bundle with this digest, fetched and read only if it is not at hand."""
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
                return self._kept[digest][0]
        data = fetch()
        bundle = read_zip(data)
        with self._lock:
            self._keep(digest, bundle, len(data))
        return bundle

    def _keep(self, digest: str, bundle: Bundle, size: int) -> None:
        if digest in self._kept or size > self._max_bytes:
            return
        self._kept[digest] = (bundle, size)
        self._bytes += size
        while len(self._kept) > self._max_bundles or self._bytes > self._max_bytes:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._bytes -= dropped


_cache = BundleCache()


def load_bundle(ctx: Context, version: TemplateVersion) -> Bundle:
    """Return what a version holds. Raises BlobMissingError or BlobDamagedError if its file is lost."""
    return _cache.get(version.digest, lambda: ctx.ports.blobs.get(version.digest))
