"""Reads the files of an index; what a newer service adds is passed over."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from marketplace.bundle.limits import STORED_ZIP_BYTES
from marketplace.mirror.errors import IndexDamagedError, IndexFormatUnknownError
from marketplace.mirror.feed import (
    FEED_FORMAT,
    JSON_BYTES,
    SEGMENT_ENTRIES,
    TEMPLATE_FORMAT,
    Entry,
    Head,
    Segment,
)
from marketplace.mirror.names import DIGEST, HEAD, is_template

MOST_ENTRIES = 100_000_000
MOST_VERSIONS = 2000
SHORT, LONG = 200, 2000


def _whole(least: int, most: int) -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(least, most))


def _text(most: int = SHORT) -> fields.String:
    return fields.String(required=True, validate=validate.Length(0, most))


def _digest(*, may_lack: bool = False) -> fields.String:
    return fields.String(required=True, allow_none=may_lack, validate=_require_digest)


def _require_digest(text: str) -> None:
    if not DIGEST.fullmatch(text):
        raise ValidationError("no digest")


def _require_template(text: str) -> None:
    if not is_template(text):
        raise ValidationError("no template")


class _Read(Schema):
    class Meta:
        unknown = EXCLUDE


class SignatureShape(_Read):
    """One signature of a head."""

    algorithm = _text()
    key = _text()
    public_key = _text()
    signature = _text()


class SealShape(_Read):
    """A head with its signatures."""

    head = fields.Dict(required=True)
    signatures = fields.List(fields.Nested(SignatureShape), required=True, validate=validate.Length(1, 8))


class EntryShape(_Read):
    """One entry of the feed."""

    number = _whole(1, MOST_ENTRIES)
    template = fields.String(required=True, validate=_require_template)
    category = _text()
    sha256 = _digest()
    size = _whole(1, JSON_BYTES)
    changed_at = _text()


class SegmentShape(_Read):
    """One full segment of the feed."""

    first = _whole(1, MOST_ENTRIES)
    last = _whole(1, MOST_ENTRIES)
    previous = _digest(may_lack=True)
    entries = fields.List(fields.Nested(EntryShape), required=True, validate=validate.Length(equal=SEGMENT_ENTRIES))


class HeadShape(_Read):
    """What the head says."""

    service = _text()
    history = _whole(0, 2**53)
    number = _whole(0, MOST_ENTRIES)
    signed_at = fields.AwareDateTime(required=True, default_timezone=UTC)
    expires_at = fields.AwareDateTime(required=True, default_timezone=UTC)
    templates = _whole(0, MOST_ENTRIES)
    segment = _digest(may_lack=True)
    entries = fields.List(fields.Nested(EntryShape), required=True, validate=validate.Length(0, SEGMENT_ENTRIES - 1))


class WordsShape(_Read):
    """A text in both languages."""

    ja = _text(LONG)
    en = _text(LONG)


class PublisherShape(_Read):
    """Who published a template."""

    code = _text()
    name = _text()
    is_verified = fields.Boolean(required=True)


class WithdrawalShape(_Read):
    """When a version was withdrawn, and why."""

    at = _text()
    reason = _text(LONG * 5)
    by_operator = fields.Boolean(required=True)


class VersionShape(_Read):
    """One version of a template."""

    version = _text()
    sha256 = _digest()
    size = _whole(1, STORED_ZIP_BYTES)
    released_at = _text()
    is_available = fields.Boolean(required=True)
    withdrawn = fields.Nested(WithdrawalShape, required=True, allow_none=True)


class TemplateShape(_Read):
    """The file of a template."""

    format = _text()
    publisher = fields.Nested(PublisherShape, required=True)
    slug = _text()
    name = fields.Nested(WordsShape, required=True)
    summary = fields.Nested(WordsShape, required=True)
    category = _text()
    license = _text()
    latest = fields.String(required=True, allow_none=True, validate=validate.Length(0, SHORT))
    versions = fields.List(fields.Nested(VersionShape), required=True, validate=validate.Length(0, MOST_VERSIONS))


class MirrorShape(_Read):
    """What a folder is a mirror of."""

    source = _text(LONG)
    public_key = _digest()
    """32 bytes in hexadecimal."""
    templates = fields.List(fields.String(validate=_require_template), required=True)
    categories = fields.List(_text(), required=True)
    bundles = fields.Boolean(required=True)
    head = _text(JSON_BYTES)


def read_mirror(document: dict[str, Any], path: str) -> dict[str, Any]:
    """Return what a folder is a mirror of. Raises IndexDamagedError."""
    return _read(MirrorShape(), document, path)


def read_seal(document: dict[str, Any]) -> dict[str, Any]:
    """Return a head with its signatures, none of them looked at. Raises IndexDamagedError."""
    return _read(SealShape(), document, HEAD)


def read_head(document: dict[str, Any]) -> Head:
    """Return what a head says. Raises IndexDamagedError."""
    head = Head.from_document(_read(HeadShape(), document, HEAD))
    if head.closed < 0 or (head.segment is None) is not (head.closed == 0):
        raise IndexDamagedError(path=HEAD)
    _require_row(head.entries, head.closed + 1, HEAD)
    return head


def read_segment(document: dict[str, Any], path: str, last: int) -> Segment:
    """Return the segment that ends with an entry. Raises IndexDamagedError or IndexFormatUnknownError."""
    _require_format(document, FEED_FORMAT)
    found = _read(SegmentShape(), document, path)
    segment = Segment(**{**found, "entries": [Entry(**entry) for entry in found["entries"]]})
    first = last - SEGMENT_ENTRIES + 1
    if (segment.first, segment.last) != (first, last) or (segment.previous is None) is not (first == 1):
        raise IndexDamagedError(path=path)
    _require_row(segment.entries, first, path)
    return segment


def read_template(document: dict[str, Any], path: str, template: str) -> dict[str, Any]:
    """Return the file of a template. Raises IndexDamagedError or IndexFormatUnknownError."""
    _require_format(document, TEMPLATE_FORMAT)
    found = _read(TemplateShape(), document, path)
    if f"{found['publisher']['code']}/{found['slug']}" != template:
        raise IndexDamagedError(path=path)
    return found


def _read(schema: Schema, document: dict[str, Any], path: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = schema.load(document)
    except ValidationError as error:
        raise IndexDamagedError(path=path) from error
    return found


def _require_format(document: dict[str, Any], known: str) -> None:
    if document.get("format") != known:
        raise IndexFormatUnknownError(format=str(document.get("format"))[:40])


def _require_row(entries: Any, first: int, path: str) -> None:
    if any(entry.number != number for number, entry in enumerate(entries, first)):
        raise IndexDamagedError(path=path)
