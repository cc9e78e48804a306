"""Writes bundles to the blob store; reads those of versions from it, and keeps in memory those used lately."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_kept
from marketplace.bundle.writing import write_zip
from marketplace.catalog.models import TemplateVersion
from marketplace.catalog.summaries import VersionSummary
from marketplace.kernel.context import Context
from marketplace.kernel.keeping import Keeping
from marketplace.kernel.limits import MEGABYTE
from marketplace.storage.keeping import keep_blob

MOST_BYTES = 32 * MEGABYTE
READ = 5
"""The texts of a bundle take so many times their size once they are read; pictures stay as they are."""


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
    """Bundles by digest; a digest never stands for anything else."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Keep the limit."""
        self.kept: Keeping[str, tuple[Bundle, int]] = Keeping(most_bytes, lambda each: each[1])

    def get(self, digest: str, fetch: Callable[[], bytes]) -> Bundle:
        """Return the bundle with this digest, fetched and read only if it is not at hand."""
        found = self.kept.find(digest)
        if found is not None:
            return found[0]
        data = fetch()
        bundle = read_kept(data)
        pictures = sum(map(len, bundle.images.values()))
        self.kept.keep(digest, (bundle, pictures + READ * max(0, len(data) - pictures)))
        return bundle


cache = BundleCache()


def load_bundle(ctx: Context, version: TemplateVersion | VersionSummary) -> Bundle:
    """Return what a version holds. Raises BlobMissingError or BlobDamagedError if its file is lost."""
    return cache.get(version.digest, lambda: ctx.ports.blobs.get(version.digest))
