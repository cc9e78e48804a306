"""Scripts and style sheets of an app."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.models import Part
from marketplace.sandbox.settings import attachments
from marketplace.sandbox.settings.entities import kept
from marketplace.sandbox.settings.shapes import Either, ListOf, Obj, Txt, need, one_of, read_shape
from marketplace.sandbox.settings.store import Document, Preview

MOST_FILES = 30
URL_MALFORMED = Text("URLの形式が正しくありません。", "The URL must begin with https://.")

_FILES = kept(
    ListOf(
        Either(
            "type",
            {
                "URL": Obj({"url": need(Txt(shortest=1))}),
                "FILE": Obj({"file": need(Obj({"fileKey": need(Txt(shortest=1))}))}),
            },
        ),
        most=MOST_FILES,
    )
)
_DEVICE = kept(Obj({"js": _FILES, "css": _FILES}))
SHAPE = Obj({"scope": kept(one_of("ALL ADMIN NONE")), "desktop": _DEVICE, "mobile": _DEVICE})


def change_customize(preview: Preview, body: object) -> None:
    """Replace the lists that are given; the others stay. Raises InvalidInputError or StoredFileNotFoundError."""
    given: dict[str, Any] = read_shape(SHAPE, body)
    document = preview.read(Part.CUSTOMIZE)
    document["scope"] = given.get("scope", document["scope"])
    for device in ("desktop", "mobile"):
        for kind, items in given.get(device, {}).items():
            document[device][kind] = [
                _settle(preview, item, f"{device}.{kind}[{index}]") for index, item in enumerate(items)
            ]
    preview.write(Part.CUSTOMIZE, document)


def _settle(preview: Preview, item: Document, key: str) -> Document:
    if item["type"] == "FILE":
        return {"type": "FILE", "file": attachments.attach(preview, item["file"]["fileKey"])}
    if not item["url"].startswith("https://"):
        raise InvalidInputError({f"{key}.url": [URL_MALFORMED]})
    return item
