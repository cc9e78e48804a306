"""@people: the placeholders of a template, its own and the shared ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from catalog_tools.source.errors import Line
from catalog_tools.source.reading import Block, Section, blocks_of
from marketplace.bundle.model import JsonObject

SHARED = Path(__file__).parents[1] / "shared" / "people.txt"
KINDS = {"user": "USER", "org": "ORGANIZATION", "group": "GROUP"}
HEAD = re.compile(r"(?P<key>[a-z0-9-]+) (?P<kind>user|org|group): (?P<ja>.+?) / (?P<en>.+)")


@dataclass(frozen=True, slots=True)
class Person:
    """A placeholder: a user, an organisation or a group that each municipality names."""

    key: str
    kind: str
    definition: JsonObject


def read_people(section: Section | None) -> dict[str, Person]:
    """Read the placeholders of a source in their order. Raises SourceError."""
    if section is None:
        return {}
    people = [_person(block) for block in section.blocks]
    return {person.key: person for person in people}


def _person(block: Block) -> Person:
    if ":" not in block.text:
        shared = _shared()
        if block.text not in shared:
            raise block.line.error(f"no shared placeholder “{block.text}”; there are {', '.join(shared)}")
        return shared[block.text]
    match = HEAD.fullmatch(block.text)
    if not match or len(block.children) != 2:  # noqa: PLR2004 - the hint in both languages
        raise block.line.error(
            "write “key org: 課の名 / Its name” (or user, group), and under it, indented, a line in Japanese and "
            "one in English that say whom to choose and what they may do",
        )
    japanese, english = (child.text for child in block.children)
    return Person(
        match["key"],
        KINDS[match["kind"]],
        {
            "key": match["key"],
            "kind": KINDS[match["kind"]],
            "label": {"ja": match["ja"], "en": match["en"]},
            "hint": {"ja": japanese, "en": english},
        },
    )


def _shared() -> dict[str, Person]:
    lines = []
    for number, text in enumerate(SHARED.read_text(encoding="utf-8").splitlines(), start=1):
        if text.strip() and not text.startswith("//"):
            lines.append((len(text) - len(text.lstrip()), Line(SHARED.name, number, text.strip())))
    return {person.key: person for person in map(_person, blocks_of(lines))}
