"""@permissions: who may do what; CREATOR stands first and everyone last without being written."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog_tools.parts.conditions import Shorthands
from catalog_tools.parts.fields import FormSource
from catalog_tools.parts.links import names
from catalog_tools.parts.people import Person
from catalog_tools.parts.process import target_of
from catalog_tools.source.errors import Line, read_each
from catalog_tools.source.reading import Block, Section
from marketplace.bundle.model import JsonObject

FLAGS = {
    "manage": "appEditable",
    "view": "recordViewable",
    "add": "recordAddable",
    "edit": "recordEditable",
    "delete": "recordDeletable",
    "import": "recordImportable",
    "export": "recordExportable",
}
SETS = {
    "run": ("view", "add", "edit", "delete", "import", "export"),
    "work": ("view", "add", "edit", "export"),
    "check": ("view", "edit", "export"),
    "read": ("view",),
    "none": (),
}
"""What the words run, work, check, read and none stand for."""
EVERYONE = {"type": "GROUP", "code": "everyone"}
FIELD_RIGHTS = {"hide": "NONE", "lock": "READ"}
EXCEPT = " except "
RECORD_FLAGS = frozenset({"view", "edit", "delete"})


def read_permissions(
    section: Section | None,
    people: dict[str, Person],
    form: FormSource,
    short: Shorthands,
) -> JsonObject | None:
    """Return permissions.json. Raises SourceFlawsError."""
    if section is None:
        return None
    reader = _Reader(people, form, short)
    read_each(section.blocks, reader.read)
    return reader.part(section.header)


@dataclass(slots=True)
class _Reader:
    people: dict[str, Person]
    form: FormSource
    short: Shorthands
    app: list[JsonObject] = field(default_factory=lambda: [_app_right({"type": "CREATOR"}, tuple(FLAGS))])
    everyone: JsonObject | None = None
    records: list[JsonObject] = field(default_factory=list)
    fields: dict[str, list[JsonObject]] = field(default_factory=dict)

    def read(self, block: Block) -> None:
        head, colon, rest = (part.strip() for part in block.whole_text().partition(":"))
        word, _, subject = head.partition(" ")
        if word in FIELD_RIGHTS:
            self._narrow(word, head if not colon else f"{head}:{rest}", block.line)
        elif word == "records":
            self._add_record_right(subject, rest, block.line)
        elif not colon:
            raise block.line.error(
                "write “section: work”, “everyone: none”, “hide 項目, 項目 from section”, “lock 項目 for section” or "
                "“records where 条件: section-chief view edit; everyone view”",
            )
        elif head == "everyone":
            self.everyone = _app_right(EVERYONE, _flags(rest, block.line))
        else:
            holder = target_of(head, self.people, self.form, block.line)
            if holder["type"] == "FIELD_ENTITY":
                raise block.line.error("rights on an app go to no field; use “records where 条件: 項目 view”")
            self.app.append(_app_right(holder, _flags(rest, block.line)))

    def _narrow(self, word: str, text: str, line: Line) -> None:
        link = " from " if word == "hide" else " for "
        codes, found, holders = text.removeprefix(word).partition(link)
        whom, excepting, spared = f"{holders} ".partition(EXCEPT)
        if not names(whom) or not found or (excepting and not names(spared)):
            raise line.error(f"write “{word} 項目, 項目{link}section”, or “…{link}section{EXCEPT}section-chief”")
        for code in names(codes):
            if code not in self.form.properties:
                raise line.error(f"no field “{code}” (columns of a table have no rights of their own; name the table)")
            known = self.fields.setdefault(code, [])
            known += self._field_rights(names(spared), "WRITE", known, line)
            narrowed = self._field_rights(names(whom), FIELD_RIGHTS[word], known, line)
            if len(narrowed) < len(names(whom)):
                raise line.error(f"somebody here has a right on “{code}” already; kintone takes the first that fits")
            known += narrowed

    def _field_rights(self, holders: list[str], access: str, known: list[JsonObject], line: Line) -> list[JsonObject]:
        """Return the rights of those who have none on the field yet: of several that fit, kintone takes the first."""
        held = [right["entity"] for right in known]
        wanted = [target_of(name, self.people, self.form, line) for name in holders]
        return [
            {"accessibility": access, "entity": entity, "includeSubs": False} for entity in wanted if entity not in held
        ]

    def _add_record_right(self, subject: str, rest: str, line: Line) -> None:
        condition = subject.removeprefix("where ").strip()
        entities = []
        for entry in (entry.split() for entry in rest.split(";") if entry.strip()):
            name, *flags = entry
            if flags != ["none"] and not set(flags) <= RECORD_FLAGS:
                raise line.error("rights on records are view, edit and delete, or none alone")
            entity = EVERYONE if name == "everyone" else target_of(name, self.people, self.form, line)
            able = {"viewable": "view" in flags, "editable": "edit" in flags, "deletable": "delete" in flags}
            entities.append({"entity": entity, **able, "includeSubs": False})
        if not entities or entities[-1]["entity"] != EVERYONE:
            raise line.error("rights on records end with everyone, such as “; everyone view” or “; everyone none”")
        self.records.append({"filterCond": self.short.expand(condition, line), "entities": entities})

    def part(self, header: Line) -> JsonObject:
        if self.everyone is None:
            raise header.error("say what everyone else may do: “everyone: none” or “everyone: read”")
        if self.everyone["recordEditable"] or self.everyone["recordDeletable"]:
            raise header.error("everyone never edits or deletes; give that to a placeholder")
        rest = {"accessibility": "WRITE", "entity": EVERYONE, "includeSubs": False}
        return {
            "app": {"rights": [*self.app, self.everyone]},
            "record": {"rights": self.records},
            "field": {"rights": [{"code": code, "entities": [*rights, rest]} for code, rights in self.fields.items()]},
        }


def _flags(text: str, line: Line) -> tuple[str, ...]:
    flags: list[str] = []
    for word in text.split():
        if word not in FLAGS and word not in SETS:
            raise line.error(f"unknown right “{word}”; there are {', '.join((*SETS, *FLAGS))}")
        flags += SETS.get(word, (word,))
    return tuple(flags)


def _app_right(entity: JsonObject, flags: tuple[str, ...]) -> JsonObject:
    return {"entity": entity, "includeSubs": False, **{name: word in flags for word, name in FLAGS.items()}}
