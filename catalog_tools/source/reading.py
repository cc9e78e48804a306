"""Reads a source into sections of blocks: a line, and under it what is indented further."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalog_tools.source.errors import Line

HEADER = re.compile(r"@(?P<name>[a-z][a-z-]*)(?:\s+(?P<argument>.*))?")
COMMENT = "//"
KEY = r"[a-z0-9]+(?:-[a-z0-9]+)*"
NUMBER = r"\d+\.\d+\.\d+"

TEMPLATE_SECTIONS = ("template", "people", "localise", "outline", "changelog", "readme", "readme-en")
APP_SECTIONS = ("fields", "process", "views", "permissions", "notices", "reports", "actions", "notes", "records")
PROSE = frozenset({"changelog", "readme", "readme-en"})
"""Sections that are Markdown and stay as they are."""


@dataclass(frozen=True, slots=True)
class Block:
    """A line with the blocks that stand under it, indented further."""

    line: Line
    children: tuple[Block, ...] = ()

    @property
    def text(self) -> str:
        """The line itself."""
        return self.line.text

    def whole_text(self) -> str:
        """Return the line and everything under it as one, for entries that are long."""
        return " ".join([self.text, *(child.whole_text() for child in self.children)])


@dataclass(frozen=True, slots=True)
class Section:
    """What follows an @ header; prose keeps its lines, everything else is blocks."""

    header: Line
    name: str
    argument: str
    blocks: tuple[Block, ...] = ()
    prose: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class AppSource:
    """The sections of one app; `head` is the @app section with its settings."""

    head: Section
    sections: dict[str, Section] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The app's key."""
        return self.head.argument


@dataclass(frozen=True, slots=True)
class Include:
    """An app of another template, as one of its versions has it."""

    line: Line
    key: str
    slug: str
    version: str


@dataclass(frozen=True, slots=True)
class Member:
    """A template that a set brings with all its apps."""

    line: Line
    slug: str
    version: str


@dataclass(frozen=True, slots=True)
class Source:
    """One source file: the sections of the template, its apps, and the apps it takes from other sources."""

    header: Line
    version: str
    base: str | None
    """The version whose source this one changes; None for a complete one."""
    sections: dict[str, Section]
    apps: tuple[AppSource | Include, ...]
    """In the order in which people see them; those of the members come before them."""
    members: tuple[Member, ...] = ()
    links: tuple[Section, ...] = ()
    """The @links sections: what joins an app of a set with the others."""

    @property
    def is_set(self) -> bool:
        """Tell whether this is a set of other templates."""
        return bool(self.members)

    @property
    def own_keys(self) -> frozenset[str]:
        """The keys of the apps that are defined here."""
        return frozenset(app.key for app in self.apps if isinstance(app, AppSource))


def read_source(path: Path) -> Source:
    """Read the sections of a source file. Raises SourceError."""
    sections = list(_sections(path))
    if not sections:
        raise Line(place_of(path), 1, "").error("empty source; begin with @version")
    return _assemble(path, sections)


def blocks_of(lines: list[tuple[int, Line]]) -> tuple[Block, ...]:
    """Arrange indented lines into blocks. Raises SourceError."""
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        indent, line = lines[at]
        if indent != lines[0][0]:
            raise line.error("the indentation fits no line above; use two spaces for each level")
        end = at + 1
        while end < len(lines) and lines[end][0] > indent:
            end += 1
        blocks.append(Block(line, blocks_of(lines[at + 1 : end])))
        at = end
    return tuple(blocks)


def place_of(path: Path) -> str:
    """Return the path of a source as messages name it."""
    return "/".join(path.parts[-4:])


def _sections(path: Path) -> Iterator[Section]:
    header: Section | None = None
    lines: list[tuple[int, Line]] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = Line(place_of(path), number, raw.strip())
        if raw.startswith("@"):
            if header:
                yield _filled(header, lines)
            header, lines = _header(line), []
        elif header is None:
            if line.text and not line.text.startswith(COMMENT):
                raise line.error("the source begins with an @ section, such as “@version 1.0.0”")
        else:
            lines.append((_indent(raw, line), replace(line, text=raw.rstrip()) if header.name in PROSE else line))
    if header:
        yield _filled(header, lines)


def _indent(raw: str, line: Line) -> int:
    if "\t" in raw and not raw.strip().startswith("|"):
        raise line.error("a tab; indent with two spaces")
    return len(raw) - len(raw.lstrip(" "))


def _header(line: Line) -> Section:
    match = HEADER.fullmatch(line.text)
    names = ("version", "app", "member", "links", *TEMPLATE_SECTIONS, *APP_SECTIONS)
    if not match or match["name"] not in names:
        raise line.error(f"unknown section {line.text.split()[0]}; there are @{', @'.join(names)}")
    return Section(line, match["name"], (match["argument"] or "").strip())


def _filled(header: Section, lines: list[tuple[int, Line]]) -> Section:
    if header.name in PROSE:
        return replace(header, prose=tuple(line for _, line in lines))
    meant = [(indent, line) for indent, line in lines if line.text and not line.text.startswith(COMMENT)]
    return replace(header, blocks=blocks_of(meant))


def _assemble(path: Path, sections: list[Section]) -> Source:
    first = sections[0]
    version, base = _version(path, first)
    of_template: dict[str, Section] = {}
    apps: list[AppSource | Include] = []
    apart = {name: [each for each in sections if each.name == name] for name in ("member", "links")}
    for section in sections[1:]:
        if section.name in apart:
            continue
        if section.name == "app":
            apps.append(_include(section) or AppSource(section))
            continue
        target = of_template if section.name in TEMPLATE_SECTIONS else _sections_of_last(apps, section)
        if section.name in target:
            raise section.header.error(f"@{section.name} stands here twice")
        target[section.name] = section
    members = tuple(map(_member, apart["member"]))
    return Source(first.header, version, base, of_template, tuple(apps), members, tuple(apart["links"]))


def _sections_of_last(apps: list[AppSource | Include], section: Section) -> dict[str, Section]:
    app = apps[-1] if apps else None
    if not isinstance(app, AppSource):
        raise section.header.error(f"@{section.name} belongs to an app defined here; write “@app key” above it")
    return app.sections


def _version(path: Path, section: Section) -> tuple[str, str | None]:
    match = re.fullmatch(rf"({NUMBER})(?: from ({NUMBER}))?", section.argument)
    if section.name != "version" or not match:
        raise section.header.error("begin with “@version 1.0.0”, a later version with “@version 1.1.0 from 1.0.0”")
    if match[1] != path.stem:
        raise section.header.error(f"the file is {path.name}, so write “@version {path.stem}”")
    return match[1], match[2]


def _include(section: Section) -> Include | None:
    match = re.fullmatch(rf"({KEY}) from ({KEY}) ({NUMBER})", section.argument)
    if match:
        return Include(section.header, match[1], match[2], match[3])
    if not re.fullmatch(KEY, section.argument):
        raise section.header.error("write “@app key” or “@app key from slug 1.0.0”")
    return None


def _member(section: Section) -> Member:
    match = re.fullmatch(rf"({KEY}) ({NUMBER})", section.argument)
    if not match or section.blocks:
        raise section.header.error("write “@member slug 1.0.0”, with nothing under it")
    return Member(section.header, match[1], match[2])
