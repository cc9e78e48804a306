"""Makes the whole source of a later version out of the version before and what the later one changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from catalog_tools.source.errors import Line
from catalog_tools.source.keys import key_of
from catalog_tools.source.reading import PROSE, AppSource, Block, Include, Section, Source

OPERATION = re.compile(
    r"(?P<act>add after|add before|replace|set|remove|rename) (?P<subject>[^:]+?)(?P<more>:)?"
    r"|(?P<plain>add)(?P<open>:)",
)
BY_KEY = frozenset({"template", "people", "localise", "outline"})
"""Sections whose entries replace those of the same name in the version before."""
WITHDRAWN = re.compile(r"remove ([^:]+)")
"""What takes such an entry away."""
NAME_EDGE = r'\s"+\-*/^&=!<>(),:：「」|@'


def changed(base: Source, later: Source) -> Source:
    """Return the later version's source, complete. Raises SourceError."""
    apps = {app.key: app for app in base.apps}
    for app in later.apps:
        apps[app.key] = app if isinstance(app, Include) else _changed_app(apps.get(app.key), app)
    sections = dict(base.sections)
    for name, section in later.sections.items():
        sections[name] = _changed_section(sections.get(name), section)
    members = {member.slug: member for member in (*base.members, *later.members)}
    links = {section.argument: section for section in (*base.links, *later.links)}
    return replace(
        later,
        sections=sections,
        apps=tuple(apps.values()),
        members=tuple(members.values()),
        links=tuple(links.values()),
    )


def _changed_app(base: AppSource | Include | None, later: AppSource) -> AppSource:
    if base is None:
        return later
    if isinstance(base, Include):
        raise later.head.header.error("this app comes from another template; change it there and name its new version")
    head = _merged(base.head, later.head)
    app = AppSource(head, dict(base.sections))
    for name, section in later.sections.items():
        app = _with_section(app, name, section)
    return app


def _with_section(app: AppSource, name: str, section: Section) -> AppSource:
    if name not in app.sections or name == "notes":
        return AppSource(app.head, {**app.sections, name: section})
    blocks = list(app.sections[name].blocks)
    for block in section.blocks:
        act, subject = _operation(block)
        if act == "rename":
            app = _renamed(AppSource(app.head, {**app.sections, name: replace(section, blocks=tuple(blocks))}), block)
            blocks = list(app.sections[name].blocks)
        else:
            blocks = _Edit(name, blocks, block.line).done(act, subject, block.children)
    return AppSource(app.head, {**app.sections, name: replace(section, blocks=tuple(blocks))})


def _operation(block: Block) -> tuple[str, str]:
    match = OPERATION.fullmatch(block.text)
    if not match:
        raise block.line.error(
            "write what changes: “add:”, “add after NAME:”, “add before NAME:”, “replace NAME:” or “set NAME:” with "
            "the new lines indented under it, “remove NAME”, “rename OLD -> NEW”",
        )
    if bool(match["more"] or match["open"]) != bool(block.children):
        raise block.line.error("new lines stand indented under a line that ends with a colon")
    return match["act"] or match["plain"], match["subject"] or ""


@dataclass(frozen=True, slots=True)
class _Edit:
    section: str
    blocks: list[Block]
    line: Line

    def done(self, act: str, subject: str, fresh: tuple[Block, ...]) -> list[Block]:
        if act == "add":
            return [*self.blocks, *fresh]
        at = self._find(subject)
        old = self.blocks[at]
        start, end, put = {
            "add after": (at + 1, at + 1, fresh),
            "add before": (at, at, fresh),
            "replace": (at, at + 1, fresh),
            "remove": (at, at + 1, ()),
            "set": (at, at + 1, (self._with(old, fresh),)),
        }[act]
        return [*self.blocks[:start], *put, *self.blocks[end:]]

    def _find(self, subject: str) -> int:
        for at, block in enumerate(self.blocks):
            if key_of(self.section, block) == subject:
                return at
        known = "、".join(key_of(self.section, block) for block in self.blocks)
        raise self.line.error(f"no entry “{subject}” in @{self.section} of the version before; there are {known}")

    def _with(self, old: Block, fresh: tuple[Block, ...]) -> Block:
        given = {key_of("set", block) for block in fresh}
        return Block(old.line, (*(child for child in old.children if key_of("set", child) not in given), *fresh))


def _renamed(app: AppSource, block: Block) -> AppSource:
    match = re.fullmatch(r"rename (\S+) -> (\S+)", block.text)
    if not match:
        raise block.line.error("write “rename OLD -> NEW”")
    name = re.compile(rf"(?<![^{NAME_EDGE}]){re.escape(match[1])}(?![^{NAME_EDGE}])")
    sections = {key: _renamed_in(section, name, match[2]) for key, section in app.sections.items()}
    return AppSource(_renamed_in(app.head, name, match[2]), sections)


def _renamed_in(section: Section, name: re.Pattern[str], new: str) -> Section:
    blocks = tuple(_renamed_block(block, name, new, section.name) for block in section.blocks)
    return replace(section, blocks=blocks)


def _renamed_block(block: Block, name: re.Pattern[str], new: str, section: str) -> Block:
    """Rename outside texts in quotation marks; of sample records only the names of columns and fields."""
    children = tuple(_renamed_block(child, name, new, section) for child in block.children)
    if section == "records" and not block.text.startswith("cols:"):
        head, colon, rest = block.text.partition(":")
        mark, code = ("= ", head[1:].strip()) if head.startswith("=") else ("", head)
        text = mark + (new if name.fullmatch(code) else code) + colon + rest
    else:
        text = "".join(
            part if part.startswith('"') else name.sub(new, part) for part in re.split(r'("[^"]*")', block.text)
        )
    return Block(replace(block.line, text=text), children)


def _changed_section(base: Section | None, later: Section) -> Section:
    if base is None:
        return later
    if later.name == "readme":
        return replace(later, prose=_changed_prose(base.prose, later.prose))
    if later.name in BY_KEY:
        return _merged(base, later)
    return later if later.name in PROSE else base


def _merged(base: Section, later: Section) -> Section:
    entries = {key_of(base.name, block): block for block in base.blocks}
    for block in later.blocks:
        if withdrawn := WITHDRAWN.fullmatch(block.text):
            if entries.pop(withdrawn[1], None) is None:
                raise block.line.error(f"no entry “{withdrawn[1]}” in @{base.name}; there are {'、'.join(entries)}")
        else:
            entries[key_of(later.name, block)] = block
    return replace(base, blocks=tuple(entries.values()))


def _changed_prose(base: tuple[Line, ...], later: tuple[Line, ...]) -> tuple[Line, ...]:
    """Replace the chapters of the README that the later version writes anew."""
    chapters = _chapters(base)
    for heading, lines in _chapters(later).items():
        if heading and heading not in chapters:
            raise lines[0].error(f"the version before has no chapter “{heading}”")
        chapters[heading] = lines
    return tuple(line for lines in chapters.values() for line in lines)


def _chapters(lines: tuple[Line, ...]) -> dict[str, tuple[Line, ...]]:
    chapters: dict[str, tuple[Line, ...]] = {}
    heading = ""
    for line in lines:
        heading = line.text if line.text.startswith("## ") else heading
        chapters[heading] = (*chapters.get(heading, ()), line)
    return chapters
