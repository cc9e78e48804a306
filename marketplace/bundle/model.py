"""What a bundle holds: the manifest, the apps with their parts, the documents and the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from marketplace.kernel.text import Text

JsonObject = dict[str, Any]
"""A JSON object as it was read; its shape is what the schema of its part says."""

Severity = Literal["error", "warning"]
SEVERITY_ERROR: Severity = "error"
SEVERITY_WARNING: Severity = "warning"


class PartName(StrEnum):
    """The parts of an app; each is one JSON file with the shape of a kintone REST response."""

    SETTINGS = "settings"
    FIELDS = "fields"
    LAYOUT = "layout"
    VIEWS = "views"
    PROCESS = "process"
    PERMISSIONS = "permissions"
    NOTIFICATIONS = "notifications"
    REPORTS = "reports"
    ACTIONS = "actions"
    CUSTOMIZE = "customize"
    PLUGINS = "plugins"
    ADMIN_NOTES = "admin_notes"
    RECORDS = "records"


REQUIRED_PARTS = (PartName.SETTINGS, PartName.FIELDS, PartName.LAYOUT)


class PlaceholderKind(StrEnum):
    """What a placeholder stands for in the workspace."""

    USER = "USER"
    GROUP = "GROUP"
    ORGANIZATION = "ORGANIZATION"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check found: where it is, what is wrong, and what to do about it."""

    severity: Severity
    code: str
    file: str
    pointer: str
    """JSON pointer (RFC 6901) inside the file; empty for the file as a whole."""
    title: Text
    remedy: Text

    @property
    def is_error(self) -> bool:
        """Tell whether the bundle can't be published like this."""
        return self.severity == SEVERITY_ERROR

    def as_dict(self) -> JsonObject:
        """Return the finding as plain values, for an answer in JSON."""
        return {
            "code": self.code,
            "file": self.file,
            "pointer": self.pointer,
            "severity": self.severity,
            "title": {"ja": self.title.ja, "en": self.title.en},
            "remedy": {"ja": self.remedy.ja, "en": self.remedy.en},
        }


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A user, group or organisation that each municipality fills in at install."""

    key: str
    kind: PlaceholderKind
    label: Text
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Localisation:
    """A choice field whose options each municipality replaces by its own."""

    app_key: str
    field_code: str
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A template that a set brings with its apps: the slug, under the same publisher, and the version."""

    template: str
    version: str
    app_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What the author says about personal data in the apps."""

    handles: bool
    kinds: tuple[str, ...] = ()
    notice: Text | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for the page of the template, and what it shows in words."""

    file: str
    alt: Text


@dataclass(frozen=True, slots=True)
class Manifest:
    """What template.json says, typed; `raw` is the whole JSON."""

    slug: str
    version: str
    name: Text
    summary: Text
    category: str
    license: str
    app_keys: tuple[str, ...]
    includes: tuple[Inclusion, ...] = ()
    """The templates that a set is made of; empty for one that stands for itself."""
    departments: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    icon: str | None = None
    pictures: tuple[Picture, ...] = ()
    """In the order in which they are shown."""
    placeholders: tuple[Placeholder, ...] = ()
    localise: tuple[Localisation, ...] = ()
    personal_data: PersonalData | None = None
    laws: tuple[str, ...] = ()
    raw: JsonObject = field(default_factory=dict)

    def placeholder(self, key: str) -> Placeholder | None:
        """Return the declaration of a placeholder, or None."""
        return next((placeholder for placeholder in self.placeholders if placeholder.key == key), None)


@dataclass(frozen=True, slots=True)
class AppDefinition:
    """One kintone app of the bundle; `files` are keyed by their path inside the app's folder (files/…)."""

    key: str
    parts: Mapping[PartName, JsonObject]
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name people see, from the app's settings; the key when there is none."""
        name = self.parts.get(PartName.SETTINGS, {}).get("name")
        return name if isinstance(name, str) and name else self.key

    @property
    def fields(self) -> JsonObject:
        """The top-level fields by code; a table's columns stand under its `fields`."""
        properties: JsonObject = self.parts.get(PartName.FIELDS, {}).get("properties", {})
        return properties

    def part(self, name: PartName | str) -> JsonObject | None:
        """Return a part, or None when the app does not have it."""
        return self.parts.get(PartName(name))

    def file_of(self, part: PartName) -> str:
        """Return the path of a part inside the bundle."""
        return f"apps/{self.key}/{part.value}.json"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The content of one template version, the same whether it was a folder or a zip."""

    manifest: Manifest
    apps: tuple[AppDefinition, ...]
    documents: Mapping[str, str] = field(default_factory=dict)
    """Texts by path: README.md, CHANGELOG.md, README.en.md; NFC, line feeds only."""
    images: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures by path (images/…)."""

    def app(self, key: str) -> AppDefinition:
        """Return an app by its key. Raises KeyError."""
        found = self.find_app(key)
        if found is None:
            raise KeyError(key)
        return found

    def find_app(self, key: str) -> AppDefinition | None:
        """Return an app by its key, or None."""
        return next((app for app in self.apps if app.key == key), None)
