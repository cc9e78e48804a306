"""@views: one line for each list or calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog_tools.parts.conditions import Shorthands
from catalog_tools.parts.links import names
from catalog_tools.source.errors import Line, Problems
from catalog_tools.source.reading import Block, Section
from marketplace.bundle.model import JsonObject

CALENDAR = re.compile(r"calendar (?P<date>\S+) (?P<title>\S+)")
COLUMNS = re.compile(r"\$(\S+)")


def clauses(line: Line, text: str, words: tuple[str, ...]) -> dict[str, str]:
    """Split “a, b where … sort …” at its words; what comes first stands under the empty word. Raises SourceError."""
    parts = re.split(rf"\s({'|'.join(words)})\s", f" {text.strip()} ")
    said = {"": parts[0].strip()}
    for word, content in zip(parts[1::2], parts[2::2], strict=True):
        if word in said:
            raise line.error(f"“{word}” stands there twice")
        said[word] = content.strip()
    return said


def read_views(section: Section | None, short: Shorthands) -> JsonObject | None:
    """Return views.json. Raises SourceFlawsError."""
    if section is None:
        return None
    reader = _Reader(short)
    problems = Problems()
    for block in section.blocks:
        with problems.gathered():
            reader.read(block)
    problems.finish()
    return {"views": reader.views}


@dataclass(slots=True)
class _Reader:
    short: Shorthands
    columns: dict[str, list[str]] = field(default_factory=dict)
    views: dict[str, JsonObject] = field(default_factory=dict)

    def read(self, block: Block) -> None:
        name, colon, rest = (part.strip() for part in block.whole_text().partition(":"))
        if not colon:
            raise block.line.error("write “一覧名: 項目, 項目 where 条件 sort 項目 asc” or “columns 名前: 項目, …”")
        if name.startswith("columns "):
            self.columns[name.removeprefix("columns ").strip()] = self._codes(rest, block.line)
            return
        if name in self.views:
            raise block.line.error(f"a second view “{name}”")
        said = clauses(block.line, rest, ("where", "sort"))
        made: JsonObject = {"index": str(len(self.views)), "type": "LIST", "name": name}
        if calendar := CALENDAR.fullmatch(said[""]):
            made |= {"type": "CALENDAR", "date": calendar["date"], "title": calendar["title"]}
        else:
            made["fields"] = self._codes(said[""], block.line)
        made["filterCond"] = self.short.expand(said.get("where", ""), block.line)
        made["sort"] = said.get("sort", "")
        self.views[name] = made

    def _codes(self, text: str, line: Line) -> list[str]:
        codes: list[str] = []
        for name in names(text):
            preset = COLUMNS.fullmatch(name)
            if preset and preset[1] not in self.columns:
                raise line.error(f"no “columns {preset[1]}: …” above; there are {', '.join(self.columns) or 'none'}")
            codes += self.columns[preset[1]] if preset else [name]
        if not codes:
            raise line.error("a view shows fields")
        return codes
