"""Where a finding is reported."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.bundle.model import SEVERITY_ERROR, SEVERITY_WARNING, AppDefinition, Finding, PartName
from marketplace.bundle.walking import join_pointer
from marketplace.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the bundle and a place inside it."""

    file: str
    pointer: str = ""

    def at(self, *steps: object) -> Place:
        """Return the place some steps further in."""
        return Place(self.file, join_pointer(self.pointer, *steps))

    def error(self, code: str, title: Text, remedy: Text) -> Finding:
        """Return a finding that must be corrected."""
        return Finding(SEVERITY_ERROR, code, self.file, self.pointer, title, remedy)

    def warning(self, code: str, title: Text, remedy: Text) -> Finding:
        """Return a finding the author should look at."""
        return Finding(SEVERITY_WARNING, code, self.file, self.pointer, title, remedy)


MANIFEST_PLACE = Place("template.json")


def place_of(app: AppDefinition, part: PartName, pointer: str = "") -> Place:
    """Return a place inside a part of an app."""
    return Place(app.file_of(part), pointer)
