"""Reads records as the sample records of a bundle: no ids, nothing computed, people as placeholders or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.bundle.field_types import BUILT_IN_TYPES, SELECTION_KINDS
from marketplace.bundle.model import AppDefinition, JsonObject, PartName, PlaceholderKind
from marketplace.bundle.references import all_fields
from marketplace.kernel.text import Text
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.process_paths import first_state, is_enabled
from marketplace.kintone.reading.files import Download, FileReading
from marketplace.kintone.reading.principals import PlaceholderNames, Principal
from marketplace.kintone.samples import STATUS

WITHOUT_VALUE = frozenset(
    {"CALC", "GROUP", "REFERENCE_TABLE", "STATUS", "STATUS_ASSIGNEE", "CATEGORY", *BUILT_IN_TYPES}
)
NEVER_REQUIRED = frozenset({"RADIO_BUTTON", "SUBTABLE"})
EMPTY: tuple[Any, ...] = (None, "", [])

NOBODY = Text(
    "設定に出てこないユーザー・グループ・組織の値{count}件は、写しませんでした。",
    "{count} values that name users, groups or organisations met in no setting were not copied.",
)
UNKNOWN_KEY = Text(
    "参照先のサンプルレコードにない値{count}件は、写しませんでした。",
    "{count} values that no sample record of the other app has were not copied.",
)
INCOMPLETE = Text(
    "必須の項目が空になるレコード{count}件は、写しませんでした。",
    "{count} records were not copied, for a required field would be empty.",
)


@dataclass
class SampleReading:
    """The records of one app as a bundle has them, the files they hold, and what had to be left."""

    app: AppDefinition
    names: PlaceholderNames
    download: Download
    records: list[JsonObject] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    """The number that a record will have once it is installed, by the one it has."""
    left: list[tuple[PartName, str, Text]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Continue the files of the app's settings."""
        self._files = FileReading(self.download, dict(self.app.files))
        self._counts: dict[tuple[str, Text], int] = {}
        self._copied = {
            mapping["field"]
            for place in all_fields(self.app)
            for mapping in (place.definition.get("lookup") or {}).get("fieldMappings", ())
        }

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files of the app's settings and of its records."""
        return self._files.files

    def read(self, found: Sequence[JsonObject], offered: Mapping[str, Mapping[str, str]]) -> None:
        """Take records over; `offered` gives for each lookup the values that will be there, as they are and will be.

        Raises KintoneFailure where waiting may help with a file.
        """
        for record in found:
            cells = self._cells(record, self.app.fields, offered)
            if self._is_complete(cells, self.app.fields):
                self._take(record, cells)
            else:
                self._count("", INCOMPLETE)
        self.left += [
            (PartName.RECORDS, code, Text(text.ja.format(count=count), text.en.format(count=count)))
            for (code, text), count in self._counts.items()
        ]
        self.left += self._files.left

    def _take(self, record: JsonObject, cells: JsonObject) -> None:
        state = self._state(record)
        self.records.append(cells if state is None else {**cells, STATUS: {"value": state}})
        number = next((cell["value"] for cell in record.values() if cell.get("type") == "RECORD_NUMBER"), None)
        if number is not None:
            self.numbers[str(number)] = str(len(self.records))

    def _state(self, record: JsonObject) -> str | None:
        process = self.app.part(PartName.PROCESS)
        if process is None or not is_enabled(process):
            return None
        state = next((cell["value"] for cell in record.values() if cell.get("type") == "STATUS"), None)
        return state if state in process["states"] and state != first_state(process) else None

    def _cells(self, record: JsonObject, fields: JsonObject, offered: Mapping[str, Mapping[str, str]]) -> JsonObject:
        made: JsonObject = {}
        for code, definition in fields.items():
            if code not in record or self._is_computed(code, definition):
                continue
            value = self._value(code, definition, record[code].get("value"), offered)
            if value not in EMPTY:
                made[code] = {"value": value}
        return made

    def _is_computed(self, code: str, definition: JsonObject) -> bool:
        return definition["type"] in WITHOUT_VALUE or bool(definition.get("expression")) or code in self._copied

    def _value(self, code: str, definition: JsonObject, value: Any, offered: Mapping[str, Mapping[str, str]]) -> Any:
        if value in EMPTY:
            return None
        if "lookup" in definition:
            return self._looked_up(code, value, offered.get(code, {}))
        match definition["type"]:
            case "SUBTABLE":
                return [row for row in self._rows(definition, value, offered) if row["value"]]
            case "FILE":
                return [{"path": path} for path in map(self._bring, value) if path is not None]
            case kind if kind in SELECTION_KINDS:
                wanted = [self._principal(code, definition, SELECTION_KINDS[kind], item) for item in value]
                return [{"code": name} for name in wanted if name is not None]
        return value

    def _rows(
        self, table: JsonObject, rows: Sequence[JsonObject], offered: Mapping[str, Mapping[str, str]]
    ) -> Iterator[JsonObject]:
        for row in rows:
            cells = self._cells(row["value"], table["fields"], offered)
            if self._is_complete(cells, table["fields"]):
                yield {"value": cells}

    def _looked_up(self, code: str, value: Any, offered: Mapping[str, str]) -> str | None:
        known = offered.get(str(value))
        if known is None:
            self._count(code, UNKNOWN_KEY)
        return known

    def _bring(self, file: JsonObject) -> str | None:
        return self._files.bring(PartName.RECORDS, file)

    def _principal(self, code: str, definition: JsonObject, kind: str, item: JsonObject) -> str | None:
        """Return the placeholder of somebody the settings name too; of others only where a value must be."""
        who = Principal(PlaceholderKind(kind), str(item["code"]))
        if who in self.names.given or who in self.names.known or definition.get("required"):
            return self.names.name(kind, who.code)
        self._count(code, NOBODY)
        return None

    def _is_complete(self, cells: JsonObject, fields: JsonObject) -> bool:
        """Tell whether no field that must have a value has lost it; the install would refuse the record."""
        return all(
            code in cells
            for code, definition in fields.items()
            if definition.get("required")
            and definition["type"] not in NEVER_REQUIRED
            and not self._is_computed(code, definition)
        )

    def _count(self, code: str, text: Text) -> None:
        self._counts[code, text] = self._counts.get((code, text), 0) + 1


def fetch_samples(client: KintoneClient, app_id: str, most: int) -> list[JsonObject]:
    """Return the oldest records of an app, at most so many. Raises KintoneFailure."""
    return client.get_records(app_id, f"order by $id asc limit {most}")


def offered_values(read: SampleReading, key_field: str) -> dict[str, str]:
    """Return the values of a field that lookups into an app will find: what they are, and what they will be."""
    definition = read.app.fields.get(key_field)
    if definition is None or definition["type"] == "RECORD_NUMBER":
        return dict(read.numbers)
    values = [str(record[key_field]["value"]) for record in read.records if key_field in record]
    return {value: value for value in values}
