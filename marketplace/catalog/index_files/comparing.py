"""Compares what the index says of templates with the catalog, and what it names with the files that are there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from marketplace.bundle.canonical import canonical_json
from marketplace.catalog.index_files.documents import Asks, template_document
from marketplace.catalog.index_files.models import IndexedTemplate, IndexSegment
from marketplace.catalog.index_files.numbering import segment_file
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.queries import versions_of
from marketplace.kernel.context import Context
from marketplace.mirror.names import bundle_path, segment_path, template_path
from marketplace.mirror.reading import bundles_of
from marketplace.municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that the index names, and what makes it anew: its content, or else the blob of a bundle."""

    path: str
    sha256: str
    size: int
    content: bytes | None = None


def differing_templates(ctx: Context, templates: Sequence[Template]) -> list[Template]:
    """Return those that the index tells otherwise than the catalog and that nobody noted; it reads no bundles."""
    keys = [template.id for template in templates]
    rows = ctx.session.scalars(select(IndexedTemplate).where(IndexedTemplate.template_id.in_(keys)))
    indexed = {row.template_id: row for row in rows}
    return [template for template in templates if _differs(ctx, template, indexed.get(template.id))]


def _differs(ctx: Context, template: Template, indexed: IndexedTemplate | None) -> bool:
    if indexed is None:
        return True
    if indexed.is_due:
        return False  # The worker is about to write it.
    versions, document = versions_of(ctx, template.id), json.loads(indexed.content or "{}")
    asks = _told_asks(document)
    if any(version.digest not in asks or _is_back(ctx, version, asks) for version in versions):
        return True
    publisher = ctx.session.get_one(Municipality, template.publisher_code)
    content = canonical_json(template_document(template, publisher, versions, asks))
    sha256 = hashlib.sha256(content).hexdigest()
    return sha256 != indexed.sha256 or content.decode("utf-8") != indexed.content


def _told_asks(document: dict[str, Any]) -> Asks:
    """Return what the index says that versions ask of a workspace: a bundle never changes."""
    return {version["sha256"]: _told(version) for version in document.get("versions", ())}


def _told(version: dict[str, Any]) -> dict[str, Any] | None:
    if not version["is_available"]:
        return None
    return {**version["requirements"], "personal_data": version["handles_personal_data"]}


def _is_back(ctx: Context, version: TemplateVersion, asks: Asks) -> bool:
    """Tell whether a bundle that was lost when the version was numbered is there again."""
    return asks[version.digest] is None and ctx.ports.blobs.exists(version.digest)


def forget_number(ctx: Context, template_id: str) -> None:
    """Have a template numbered anew whatever its row says; `note_change` asks for it."""
    indexed = ctx.session.get(IndexedTemplate, template_id)
    if indexed is not None:
        indexed.sha256 = None


def named_files(templates: Sequence[IndexedTemplate]) -> Iterator[NamedFile]:
    """Return the files of some templates, and the bundles of theirs that may be installed."""
    for indexed in templates:
        document: dict[str, Any] = json.loads(indexed.content or "")
        name, content = f"{document['publisher']['code']}/{document['slug']}", (indexed.content or "").encode("utf-8")
        yield NamedFile(template_path(name, str(indexed.sha256)), str(indexed.sha256), len(content), content)
        for bundle in bundles_of(document):
            yield NamedFile(bundle_path(bundle.sha256), bundle.sha256, bundle.size)


def segment_files(ctx: Context, written: int) -> Iterator[NamedFile]:
    """Return the full segments of the feed up to what is written."""
    for segment in ctx.session.scalars(select(IndexSegment).where(IndexSegment.last <= written)):
        content = segment_file(ctx, segment.last)
        yield NamedFile(segment_path(segment.sha256), segment.sha256, len(content), content)
