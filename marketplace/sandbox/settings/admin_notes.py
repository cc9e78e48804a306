"""The note that the administrators of an app keep for their successors."""

from __future__ import annotations

from marketplace.sandbox.models import Part
from marketplace.sandbox.settings.entities import kept
from marketplace.sandbox.settings.shapes import Flag, Obj, Txt, read_shape
from marketplace.sandbox.settings.store import Preview

SHAPE = Obj({"content": kept(Txt(longest=10_000)), "includeInTemplateAndDuplicates": kept(Flag())})


def change_admin_notes(preview: Preview, body: object) -> None:
    """Change what is given; the rest stays. Raises InvalidInputError."""
    preview.write(Part.ADMIN_NOTES, {**preview.read(Part.ADMIN_NOTES), **read_shape(SHAPE, body)})
