"""Sections of “name: value” lines: read strictly, each name once, none unknown."""

from __future__ import annotations

from catalog_tools.source.reading import Block, Section


class Entries:
    """The values of a section by name."""

    def __init__(self, section: Section, known: tuple[str, ...]) -> None:
        """Read the lines. Raises SourceError."""
        self.section = section
        self._blocks: dict[str, Block] = {}
        for block in section.blocks:
            name, colon, _ = block.text.partition(":")
            if not colon or name.strip() not in known:
                raise block.line.error(f"unknown entry “{name.strip()[:30]}”; there are {', '.join(known)}")
            if name.strip() in self._blocks:
                raise block.line.error(f"“{name.strip()}” stands there twice")
            self._blocks[name.strip()] = block

    def text(self, name: str) -> str:
        """Return a value that must be there; indented lines go on with it. Raises SourceError."""
        value = self.find(name)
        if not value:
            raise self.section.header.error(f"“{name}: …” is missing")
        return value

    def find(self, name: str) -> str:
        """Return a value, or nothing."""
        block = self._blocks.get(name)
        if block is None:
            return ""
        parts = [block.text.partition(":")[2].strip(), *(child.text for child in block.children)]
        joint = " " if all(part.isascii() for part in parts) else ""
        return joint.join(part for part in parts if part)

    def items(self, name: str) -> list[str]:
        """Return a list, between commas or a line each."""
        block = self._blocks.get(name)
        if block is None:
            return []
        lines = [block.text.partition(":")[2], *(child.text for child in block.children)]
        if name == "laws":
            return [line.strip().removeprefix("- ") for line in lines if line.strip()]
        return [item.strip() for line in lines for item in line.split(",") if item.strip()]
