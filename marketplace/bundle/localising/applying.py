"""Puts new options of one field in place of the old, in every part of a bundle that names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from marketplace.bundle.conditions import (
    ConditionSyntaxError,
    NothingLeftError,
    read_formula,
    replace_in_formula,
    replace_strings,
)
from marketplace.bundle.localising.copies import Field
from marketplace.bundle.localising.options import OptionMap
from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName
from marketplace.bundle.placeholders import CONDITION_KEY
from marketplace.bundle.walking import join_pointer, walk

NO_DEFAULT = ""
SCRIPTS = (".js", ".mjs")


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that names options that are no more."""

    app_key: str
    part: PartName
    pointer: str
    text: str
    """The condition or formula as the template has it; of a file, its path."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A bundle with new options, the places that were rewritten, those that can't be, and those a person has to see."""

    bundle: Bundle
    rewritten: tuple[Mention, ...]
    stuck: tuple[Mention, ...]
    unsure: tuple[Mention, ...]


def apply_options(bundle: Bundle, field: Field, options: OptionMap) -> Applied:
    """Return a bundle in which a field has its new options, and whatever named the old ones names the new."""
    applying = _Applying(field, options)
    apps = tuple(applying.app(app) for app in bundle.apps)
    return Applied(replace(bundle, apps=apps), tuple(applying.rewritten), tuple(applying.stuck), tuple(applying.unsure))


class _Applying:
    """One field's new options on their way through the apps."""

    def __init__(self, field: Field, options: OptionMap) -> None:
        self._app_key, self._code = field
        self._options = options
        self.rewritten: list[Mention] = []
        self.stuck: list[Mention] = []
        self.unsure: list[Mention] = []

    def app(self, app: AppDefinition) -> AppDefinition:
        parts = {part: self._part(app, part, content) for part, content in app.parts.items()}
        if app.key == self._app_key:
            self.unsure += self._in_code(app)
        return replace(app, parts=parts)

    def _part(self, app: AppDefinition, part: PartName, content: JsonObject) -> JsonObject:
        if part is PartName.RECORDS:
            return self._records(content) if app.key == self._app_key else content
        if part is PartName.FIELDS:
            definitions = content.get("properties") or {}
            changed = {
                code: self._field(app, definition, join_pointer("/properties", code))
                for code, definition in definitions.items()
            }
            return {**content, "properties": changed}
        return self._conditions(app, part, content, "") if app.key == self._app_key else content

    def _field(self, app: AppDefinition, definition: JsonObject, pointer: str) -> JsonObject:
        made = dict(definition)
        for name in ("lookup", "referenceTable"):
            related = made.get(name)
            if related and related["relatedApp"]["app"] == self._app_key:
                made[name] = self._conditions(app, PartName.FIELDS, related, join_pointer(pointer, name))
        if app.key == self._app_key:
            made = self._own(app, made, pointer)
        columns = made.get("fields")
        if columns:
            below = join_pointer(pointer, "fields")
            made["fields"] = {code: self._field(app, each, join_pointer(below, code)) for code, each in columns.items()}
        return made

    def _own(self, app: AppDefinition, definition: JsonObject, pointer: str) -> JsonObject:
        if definition.get("code") == self._code and "options" in definition:
            return self._chosen(definition)
        expression = definition.get("expression")
        if not isinstance(expression, str) or self._code not in read_formula(expression).fields:
            return definition
        mention = Mention(app.key, PartName.FIELDS, join_pointer(pointer, "expression"), expression)
        rewritten = replace_in_formula(expression, self._code, self._options.renamed)
        if rewritten != expression:
            self.rewritten.append(mention)
        if self._names_old(rewritten):
            self.unsure.append(mention)
        return {**definition, "expression": rewritten}

    def _chosen(self, definition: JsonObject) -> JsonObject:
        """Return the field itself: its options in the new order, as texts, and a default that is one of them."""
        options = {label: {"label": label, "index": str(at)} for at, label in enumerate(self._options.after)}
        made = {**definition, "options": options}
        default = definition.get("defaultValue")
        if isinstance(default, list):
            made["defaultValue"] = self._several([one for one in default if one in self._options.names])
        elif default:
            is_radio = definition["type"] == "RADIO_BUTTON"
            made["defaultValue"] = self._options.names.get(default, self._options.after[0] if is_radio else NO_DEFAULT)
        return made

    def _several(self, chosen: list[str]) -> list[str]:
        return list(dict.fromkeys(self._options.stand_in(one) for one in chosen))

    def _records(self, content: JsonObject) -> JsonObject:
        return {**content, "records": [self._cells(record) for record in content.get("records") or []]}

    def _cells(self, cells: JsonObject) -> JsonObject:
        return {code: self._cell(code, cell) for code, cell in cells.items()}

    def _cell(self, code: str, cell: JsonObject) -> JsonObject:
        value = cell.get("value")
        if code == self._code:
            several = self._several(value) if isinstance(value, list) else value
            return {**cell, "value": self._options.stand_in(value) if isinstance(value, str) and value else several}
        if isinstance(value, list) and all(_is_row(row) for row in value):
            return {**cell, "value": [{**row, "value": self._cells(row["value"])} for row in value]}
        return cell

    def _conditions(self, app: AppDefinition, part: PartName, content: Any, pointer: str) -> Any:
        """Return a part with each of its conditions rewritten."""
        if isinstance(content, list):
            return [self._conditions(app, part, one, join_pointer(pointer, at)) for at, one in enumerate(content)]
        if not isinstance(content, dict):
            return content
        return {
            key: self._condition(app, part, inner, join_pointer(pointer, key))
            if key == CONDITION_KEY and isinstance(inner, str)
            else self._conditions(app, part, inner, join_pointer(pointer, key))
            for key, inner in content.items()
        }

    def _condition(self, app: AppDefinition, part: PartName, condition: str, pointer: str) -> str:
        mention = Mention(app.key, part, pointer, condition)
        try:
            rewritten = replace_strings(condition, self._code, self._options.in_conditions)
        except NothingLeftError:
            self.stuck.append(mention)
            return condition
        except ConditionSyntaxError:
            return condition  # The checks of bundles tell of it.
        if rewritten != condition:
            self.rewritten.append(mention)
        return rewritten

    def _in_code(self, app: AppDefinition) -> Iterator[Mention]:
        """Yield the scripts and custom views that name old options: nobody but their author can tell what for."""
        for path, content in app.files.items():
            if path.endswith(SCRIPTS) and self._names_old(content.decode("utf-8", "replace")):
                yield Mention(app.key, PartName.CUSTOMIZE, "", path)
        for pointer, value in walk(app.part(PartName.VIEWS) or {}):
            if pointer.endswith("/html") and isinstance(value, str) and self._names_old(value):
                yield Mention(app.key, PartName.VIEWS, pointer, "")

    def _names_old(self, text: str) -> bool:
        new = set(self._options.after)
        return any(option in text for option in self._options.in_conditions if option not in new)


def _is_row(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("value"), dict)
