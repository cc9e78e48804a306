"""A bundle of its own for each invented template: the first-party one that it was made of, under its name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench.corpus import BATCH, CATALOG
from marketplace.app import Runtime
from marketplace.bundle.canonical import canonical_json
from marketplace.bundle.model import JsonObject
from marketplace.bundle.reading import read_folder
from marketplace.bundle.writing import canonical_files, store_files
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.storage.digests import digest_of

MANIFEST = "template.json"


class Originals:
    """The newest first-party bundles, each written out once; of a copy only the manifest is written anew."""

    def __init__(self) -> None:
        """Read all of them."""
        newest = (max(folder.iterdir()) for folder in sorted(CATALOG.iterdir()) if folder.is_dir())
        self._manifests: dict[str, JsonObject] = {}
        self._files: dict[str, dict[str, bytes]] = {}
        for bundle in map(read_folder, newest):
            self._manifests[bundle.manifest.slug] = bundle.manifest.raw
            self._files[bundle.manifest.slug] = canonical_files(bundle)

    def copy(self, slug: str) -> bytes:
        """Return the archive of an invented template, whose slug tells what it was made of."""
        original = slug.rpartition("-")[0]
        manifest = canonical_json({**self._manifests[original], "slug": slug})
        return store_files({**self._files[original], MANIFEST: manifest})


def write_bundles(runtime: Runtime, blobs: Path) -> None:
    """Write the bundle of each template into a folder of blobs, and its name and size into the database."""
    originals = Originals()
    with Session(runtime.engine) as session:
        rows = session.execute(select(Template.slug, Template.latest_version_id).order_by(Template.id))
        templates = iter([(slug, version) for slug, version in rows if version])
        while batch := list(islice(templates, BATCH)):
            session.execute(update(TemplateVersion), list(_written(batch, originals, blobs)))
            session.commit()


def _written(templates: list[tuple[str, str]], originals: Originals, blobs: Path) -> Iterator[dict[str, object]]:
    for slug, version in templates:
        data = originals.copy(slug)
        digest = digest_of(data)
        _put(blobs, digest, data)
        yield {"id": version, "digest": digest, "size": len(data)}


def _put(blobs: Path, digest: str, data: bytes) -> None:
    """Lay a blob where the store looks for it (marketplace/storage/local.py), without waiting for the disk."""
    path = blobs / digest[:2] / digest[2:4] / digest
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
