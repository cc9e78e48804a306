"""Reads a comment as it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.sandbox.settings.shapes import ListOf, Obj, Txt, may, need, one_of, read_shape

LONGEST = 65_535
MOST_MENTIONS = 10
_SHAPE = Obj(
    {
        "text": need(Txt(longest=LONGEST, shortest=1)),
        "mentions": may(
            ListOf(
                Obj({"code": need(Txt(shortest=1)), "type": need(one_of("USER GROUP ORGANIZATION"))}),
                most=MOST_MENTIONS,
            ),
            otherwise=list,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class NewComment:
    """What somebody writes; `mentions` are pairs of kind (USER, GROUP, ORGANIZATION) and code."""

    text: str
    mentions: tuple[tuple[str, str], ...] = ()


def read_comment(raw: object) -> NewComment:
    """Return the comment in a call's `comment`. Raises InvalidInputError."""
    given = read_shape(_SHAPE, raw, "comment")
    return NewComment(given["text"], tuple((each["type"], each["code"]) for each in given["mentions"]))
