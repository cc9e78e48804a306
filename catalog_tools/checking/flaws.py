"""What a check found wrong with a template: where it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.bundle.model import AppDefinition, JsonObject, PartName


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing to mend; `app` and `part` say where, `code` which field, `pointer` which place of the JSON file."""

    words: str
    app: str | None = None
    part: str = ""
    code: str | None = None
    pointer: str = ""

    @property
    def file(self) -> str:
        """The file of the template's folder."""
        return f"apps/{self.app}/{self.part}.json" if self.app else self.part

    def __str__(self) -> str:
        """Return the file and the words."""
        return f"{self.file}: {self.words}"


def part_of(app: AppDefinition, name: PartName) -> JsonObject:
    """Return a part, empty where the app has none."""
    return app.part(name) or {}


def process_of(app: AppDefinition) -> JsonObject:
    """Return the process of an app, empty where it has none."""
    process = part_of(app, PartName.PROCESS)
    return process if process.get("enable") else {"states": {}, "actions": []}


def samples_of(app: AppDefinition) -> list[JsonObject]:
    """List the sample records of an app."""
    return list(part_of(app, PartName.RECORDS).get("records", ()))


def lookups_of(app: AppDefinition) -> dict[str, JsonObject]:
    """Return the lookups of an app by the code of their field, those in tables too."""
    fields = fields_and_columns(app)
    return {code: definition["lookup"] for code, definition in fields.items() if "lookup" in definition}


def fields_and_columns(app: AppDefinition) -> dict[str, JsonObject]:
    """Return all fields by code, the columns of tables too."""
    found = dict(app.fields)
    for definition in app.fields.values():
        found |= definition.get("fields", {})
    return found
