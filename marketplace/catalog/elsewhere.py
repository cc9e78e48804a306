"""What else than templates the words of a search are found in: told beside the templates, with the way there."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.search.finding import count_kinds
from marketplace.search.services import Kind


@dataclass(frozen=True, slots=True)
class OtherKind:
    """A kind with a list of its own, which takes the words as `q`."""

    kind: Kind
    label: Text
    path: str


OTHER_KINDS: tuple[OtherKind, ...] = (
    OtherKind(Kind.MUNICIPALITY, Text("自治体", "Municipalities"), "/municipalities"),
    OtherKind(Kind.STORY, Text("活用事例", "Stories"), "/stories"),
    OtherKind(Kind.WANTED, Text("欲しいアプリ", "Wanted apps"), "/wanted"),
)
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How many of another kind the words are found in, and where these are listed."""

    label: Text
    path: str
    count: int


def look_elsewhere(ctx: Context, q: str) -> tuple[Elsewhere, ...]:
    """Return the other kinds that hold the words, as many as their lists will show; at most three statements."""
    if not q.strip():
        return ()
    counts = count_kinds(ctx, q, [each.kind for each in OTHER_KINDS])
    return tuple(Elsewhere(each.label, each.path, counts[each.kind]) for each in OTHER_KINDS if counts[each.kind])
