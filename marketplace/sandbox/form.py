"""The live form of an app as records, queries and formulas read it: fields, process, precision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.models import App, AppSettings, Part, Site, Stage
from marketplace.sandbox.rights.holders import Holder, read_holder
from marketplace.sandbox.rights.rules import FieldRight, RecordRight, read_field_rights, read_record_rights

JsonObject = dict[str, Any]


class FieldType(StrEnum):
    """The field types that settings know; decorations stand in the layout only."""

    RECORD_NUMBER = "RECORD_NUMBER"
    CREATOR = "CREATOR"
    CREATED_TIME = "CREATED_TIME"
    MODIFIER = "MODIFIER"
    UPDATED_TIME = "UPDATED_TIME"
    CATEGORY = "CATEGORY"
    STATUS = "STATUS"
    STATUS_ASSIGNEE = "STATUS_ASSIGNEE"
    SINGLE_LINE_TEXT = "SINGLE_LINE_TEXT"
    MULTI_LINE_TEXT = "MULTI_LINE_TEXT"
    RICH_TEXT = "RICH_TEXT"
    NUMBER = "NUMBER"
    CALC = "CALC"
    RADIO_BUTTON = "RADIO_BUTTON"
    CHECK_BOX = "CHECK_BOX"
    MULTI_SELECT = "MULTI_SELECT"
    DROP_DOWN = "DROP_DOWN"
    DATE = "DATE"
    TIME = "TIME"
    DATETIME = "DATETIME"
    FILE = "FILE"
    LINK = "LINK"
    USER_SELECT = "USER_SELECT"
    ORGANIZATION_SELECT = "ORGANIZATION_SELECT"
    GROUP_SELECT = "GROUP_SELECT"
    REFERENCE_TABLE = "REFERENCE_TABLE"
    GROUP = "GROUP"
    SUBTABLE = "SUBTABLE"


BUILT_IN_TYPES = frozenset(list(FieldType)[:8])
WITHOUT_VALUE = frozenset({FieldType.GROUP, FieldType.REFERENCE_TABLE})
PROCESS_TYPES = frozenset({FieldType.STATUS, FieldType.STATUS_ASSIGNEE})
LIST_TYPES = frozenset(
    {
        FieldType.CHECK_BOX,
        FieldType.MULTI_SELECT,
        FieldType.FILE,
        FieldType.USER_SELECT,
        FieldType.ORGANIZATION_SELECT,
        FieldType.GROUP_SELECT,
    }
)
ROUNDING = {"HALF_EVEN": ROUND_HALF_EVEN, "UP": ROUND_UP, "DOWN": ROUND_DOWN}


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where a lookup field takes its values from: targets map codes of this form to codes of the other."""

    app_id: int
    key_code: str
    targets: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Field:
    """One field; `settings` is its property document, `table` the code of the table around it."""

    id: int
    code: str
    type: FieldType
    settings: Mapping[str, Any]
    table: str | None = None
    inner: Mapping[str, Field] | None = None
    """The columns by code, of a SUBTABLE only."""

    @property
    def label(self) -> str:
        """The words people see."""
        return str(self.settings.get("label", self.code))

    @property
    def columns(self) -> Mapping[str, Field]:
        """The inner fields by code; none outside tables."""
        return self.inner or {}

    @property
    def expression(self) -> str:
        """The formula, or nothing; only CALC and SINGLE_LINE_TEXT have one."""
        if self.type not in {FieldType.CALC, FieldType.SINGLE_LINE_TEXT}:
            return ""
        return str(self.settings.get("expression") or "")

    @property
    def is_computed(self) -> bool:
        """Tell whether the server alone decides the value."""
        return self.type is FieldType.CALC or bool(self.expression)

    @property
    def is_required(self) -> bool:
        """Tell whether an empty value is refused; radio buttons and formulas never do."""
        if self.is_computed or self.type in {FieldType.RADIO_BUTTON, FieldType.SUBTABLE}:
            return False
        return self.settings.get("required") in {True, "true"}

    @property
    def is_unique(self) -> bool:
        """Tell whether two records may not hold the same value."""
        return self.table is None and self.settings.get("unique") in {True, "true"}

    @cached_property
    def options(self) -> Mapping[str, int]:
        """The labels one may choose, with their order."""
        found = self.settings.get("options")
        if not isinstance(found, dict):
            return {}
        return {
            str(option.get("label", key)): int(option.get("index", position))
            for position, (key, option) in enumerate(found.items())
            if isinstance(option, dict)
        }

    @cached_property
    def lookup(self) -> Lookup | None:
        """The source of a lookup field; None for other fields."""
        found = self.settings.get("lookup")
        if not isinstance(found, dict):
            return None
        targets = {str(each["field"]): str(each["relatedField"]) for each in found.get("fieldMappings", [])}
        return Lookup(int(found["relatedApp"]["app"]), str(found["relatedKeyField"]), targets)


@dataclass(frozen=True, slots=True)
class State:
    """One state of the process: who works on it."""

    name: str
    index: int
    assignee_type: str
    entities: tuple[Holder, ...]
    """Who may become an assignee."""


@dataclass(frozen=True, slots=True)
class ProcessAction:
    """One way from a state to another, open to records that satisfy a condition."""

    name: str
    source: str
    target: str
    condition: str


@dataclass(frozen=True, slots=True)
class Process:
    """The states and actions; empty while process management is off."""

    enabled: bool = False
    states: Mapping[str, State] | None = None
    actions: tuple[ProcessAction, ...] = ()

    @property
    def by_name(self) -> Mapping[str, State]:
        """The states by name."""
        return self.states or {}

    @property
    def first(self) -> State | None:
        """The state new records start in; None while off."""
        return min(self.by_name.values(), key=lambda state: state.index, default=None) if self.enabled else None


@dataclass(frozen=True)
class Form:
    """All that records, queries and formulas need to know about an app, read once per call."""

    app_pk: int
    app_id: int
    app_code: str
    site_id: str
    timezone: str
    fields: Mapping[str, Field]
    """Top-level fields by code, built-ins and tables among them."""
    process: Process = Process()
    record_rights: tuple[RecordRight, ...] = ()
    field_rights: tuple[FieldRight, ...] = ()
    decimal_places: int = 4
    rounding: str = ROUND_HALF_EVEN

    @cached_property
    def inner_fields(self) -> Mapping[str, Field]:
        """The fields inside tables by code; codes are unique over the whole form."""
        return {code: field for table in self.fields.values() for code, field in table.columns.items()}

    @cached_property
    def copied_codes(self) -> frozenset[str]:
        """The codes of the fields that lookups fill."""
        return frozenset(code for each in self.every_field() if each.lookup is not None for code in each.lookup.targets)

    @cached_property
    def by_id(self) -> Mapping[int, Field]:
        """All fields by number."""
        return {field.id: field for field in self.every_field()}

    def every_field(self) -> Iterator[Field]:
        """Yield the top-level fields, then those inside tables."""
        yield from self.fields.values()
        yield from self.inner_fields.values()

    def find(self, code: str) -> Field | None:
        """Return a field of the form or of one of its tables."""
        return self.fields.get(code) or self.inner_fields.get(code)

    def of_type(self, field_type: FieldType) -> Field | None:
        """Return the first field of a type; built-in types have exactly one."""
        return next((field for field in self.fields.values() if field.type is field_type), None)

    def table_of(self, field: Field) -> Field | None:
        """Return the table around a field."""
        return None if field.table is None else self.fields[field.table]


def live_form(session: Session, app: App) -> Form:
    """Read the form of an app as deployed; an app never deployed has an empty one."""
    parts = (Part.FIELDS, Part.STATUS, Part.SETTINGS, Part.RECORD_ACL, Part.FIELD_ACL)
    rows = session.execute(
        select(AppSettings.part, AppSettings.document, Site.timezone)
        .join(Site, Site.id == app.site_id)
        .where(AppSettings.app_pk == app.pk, AppSettings.stage == Stage.LIVE, AppSettings.part.in_(parts))
    ).all()
    documents: dict[Part, JsonObject] = {part: document for part, document, _ in rows}
    return build_form(app, documents, rows[0].timezone if rows else "Asia/Tokyo")


def build_form(app: App, documents: Mapping[Part, JsonObject], timezone: str) -> Form:
    """Make a form of settings documents of either stage; deploying checks a preview this way before it goes live."""
    precision = documents.get(Part.SETTINGS, {}).get("numberPrecision") or {}
    properties = documents.get(Part.FIELDS, {}).get("properties") or {}
    return Form(
        app_pk=app.pk,
        app_id=app.app_id,
        app_code=app.code,
        site_id=app.site_id,
        timezone=timezone,
        fields={code: _field(code, settings, None) for code, settings in properties.items()},
        process=_process(documents.get(Part.STATUS, {})),
        record_rights=read_record_rights(documents.get(Part.RECORD_ACL, {})),
        field_rights=read_field_rights(documents.get(Part.FIELD_ACL, {})),
        decimal_places=int(precision.get("decimalPlaces", 4)),
        rounding=ROUNDING.get(str(precision.get("roundingMode")), ROUND_HALF_EVEN),
    )


def _field(code: str, settings: JsonObject, table: str | None) -> Field:
    field_type = FieldType(settings["type"])
    inner = None
    if field_type is FieldType.SUBTABLE:
        inner = {name: _field(name, each, code) for name, each in settings.get("fields", {}).items()}
    return Field(id=int(settings["$id"]), code=code, type=field_type, settings=settings, table=table, inner=inner)


def _process(document: JsonObject) -> Process:
    if document.get("enable") not in {True, "true"}:
        return Process()
    states = {name: _state(name, each) for name, each in (document.get("states") or {}).items()}
    actions = tuple(
        ProcessAction(each["name"], each["from"], each["to"], each.get("filterCond") or "")
        for each in document.get("actions") or ()
    )
    return Process(enabled=True, states=states, actions=actions)


def _state(name: str, document: JsonObject) -> State:
    assignee = document.get("assignee") or {"type": "ONE", "entities": []}
    entities = tuple(read_holder(each) for each in assignee.get("entities") or ())
    return State(name, int(document.get("index", 0)), str(assignee.get("type", "ONE")), entities)
