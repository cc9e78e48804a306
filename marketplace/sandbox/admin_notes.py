"""The note that the administrators of an app keep for their successors."""

from __future__ import annotations

from marketplace.sandbox.models import Part
from marketplace.sandbox.principals import kept
from marketplace.sandbox.settings import Draft
from marketplace.sandbox.shapes import Flag, Obj, Txt, read_shape

SHAPE = Obj({"content": kept(Txt(longest=10_000)), "includeInTemplateAndDuplicates": kept(Flag())})


def change_admin_notes(draft: Draft, body: object) -> None:
    """Change what is given; the rest stays. Raises InvalidInputError."""
    draft.write(Part.ADMIN_NOTES, {**draft.read(Part.ADMIN_NOTES), **read_shape(SHAPE, body)})
