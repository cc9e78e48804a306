"""One app of a source: its settings and all its parts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from catalog_tools.parts.actions import read_actions
from catalog_tools.parts.conditions import Shorthands
from catalog_tools.parts.entries import Entries
from catalog_tools.parts.fields import FormSource, read_form
from catalog_tools.parts.notes import read_notes
from catalog_tools.parts.notices import read_notices
from catalog_tools.parts.people import Person
from catalog_tools.parts.permissions import read_permissions
from catalog_tools.parts.process import ProcessSource, read_process
from catalog_tools.parts.records import Expected, Samples, read_records
from catalog_tools.parts.reports import read_reports
from catalog_tools.parts.views import read_views
from catalog_tools.source.errors import Line, Problems
from catalog_tools.source.reading import AppSource
from marketplace.bundle.model import JsonObject

SETTINGS = ("name", "description", "title", "icon", "theme")
THEMES = ("WHITE", "RED", "BLUE", "GREEN", "YELLOW", "BLACK", "CLIPBOARD", "BINDER", "PENCIL", "CLIPS")
NEEDED = ("fields", "views", "permissions", "records")


@dataclass(frozen=True, slots=True)
class AppParts:
    """The parts of an app as bundle files, and what the checks want to know of its source."""

    key: str
    parts: dict[str, JsonObject]
    form: FormSource
    process: ProcessSource
    expected: list[Expected] = field(default_factory=list)
    places: dict[str, Line] = field(default_factory=dict)
    """The header line of each section, to name the place of what is wrong."""
    files: dict[str, str] = field(default_factory=dict)
    """Texts that the parts name, by their path inside the app's folder."""

    @property
    def localise(self) -> list[str]:
        """The codes of fields whose options each municipality replaces."""
        return self.form.localise

    def without_links_beyond(self, known: frozenset[str]) -> AppParts:
        """Return the app without related records and actions that lead to apps which are not among the known ones."""
        dropped = {
            code
            for code, definition in self.form.properties.items()
            if definition["type"] == "REFERENCE_TABLE"
            and definition["referenceTable"]["relatedApp"]["app"] not in known
        }
        parts = dict(self.parts)
        fields = {code: made for code, made in self.form.properties.items() if code not in dropped}
        parts["fields"] = {"properties": fields}
        rows = self.parts["layout"]["layout"]
        parts["layout"] = {"layout": [row for row in rows if not dropped & _codes_in(row)]}
        actions = parts.pop("actions", {"actions": {}})["actions"]
        kept = {name: action for name, action in actions.items() if action["destApp"]["app"] in known}
        if kept:
            parts["actions"] = {"actions": kept}
        return replace(self, parts=parts)


def read_app(source: AppSource, people: dict[str, Person]) -> AppParts:
    """Read all sections of an app. Raises SourceError or SourceFlawsError."""
    for name in NEEDED:
        if name not in source.sections:
            raise source.head.header.error(f"the section @{name} of this app is missing")
    sections = source.sections
    form = read_form(sections["fields"])
    process = read_process(sections.get("process"), people, form)
    short = Shorthands(process.finals, form)
    problems = Problems()
    made: dict[str, JsonObject | None] = {}
    for name, read in (
        ("settings", lambda: _settings(source, form)),
        ("fields", lambda: {"properties": form.properties}),
        ("layout", lambda: {"layout": form.layout}),
        ("views", lambda: read_views(sections["views"], short)),
        ("process", process.part),
        ("permissions", lambda: read_permissions(sections["permissions"], people, form, short)),
        ("notifications", lambda: read_notices(sections.get("notices"), people, form, short)),
        ("reports", lambda: read_reports(sections.get("reports"), short)),
        ("actions", lambda: read_actions(sections.get("actions"))),
        ("admin_notes", lambda: read_notes(sections.get("notes"))),
    ):
        with problems.gathered():
            made[name] = read()
    samples = Samples([], [])
    with problems.gathered():
        samples = read_records(sections["records"], form)
    problems.finish()
    made["records"] = {"records": samples.records}
    parts = {name: part for name, part in made.items() if part is not None}
    places = {name: section.header for name, section in sections.items()} | {"settings": source.head.header}
    return AppParts(source.key, parts, form, process, samples.expected, places)


def _settings(source: AppSource, form: FormSource) -> JsonObject:
    entries = Entries(source.head, SETTINGS)
    theme, title = entries.find("theme") or "BLUE", entries.text("title")
    if theme not in THEMES:
        raise source.head.header.error(f"there are the themes {', '.join(THEMES)}")
    if title not in form.properties:
        raise source.head.header.error(f"“title: {title}” is no field of this app")
    return {
        "name": entries.text("name"),
        "description": f"<div>{entries.text('description')}</div>",
        "icon": {"type": "PRESET", "key": entries.find("icon") or "APP36"},
        "theme": theme,
        "titleField": {"selectionMode": "MANUAL", "code": title},
        "enableThumbnails": True,
        "enableBulkDeletion": False,
        "enableComments": True,
        "enableDuplicateRecord": True,
        "enableInlineRecordEditing": True,
        "numberPrecision": {"digits": "16", "decimalPlaces": "4", "roundingMode": "HALF_EVEN"},
        "firstMonthOfFiscalYear": "4",
    }


def _codes_in(row: JsonObject) -> set[str]:
    return {cell["code"] for cell in row.get("fields", []) if "code" in cell}
