"""What must hold before preview settings go live: formulas, lookup keys, referenced apps, and the records there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import select

from marketplace.sandbox.apps import find_app
from marketplace.sandbox.errors import AppNotFoundError, FieldNotFoundError, LookupKeyNotUniqueError
from marketplace.sandbox.form import Form
from marketplace.sandbox.formula import check_form
from marketplace.sandbox.models import Part, Record, Stage
from marketplace.sandbox.settings.conditions import preview_form
from marketplace.sandbox.settings.properties import Property, is_lookup
from marketplace.sandbox.settings.renames import every_field
from marketplace.sandbox.settings.store import Preview, read_part

_BATCH = 1000


def check_preview(preview: Preview, deployed_together: frozenset[int]) -> None:
    """Refuse settings that can't work.

    Raises a formula's error, LookupKeyNotUniqueError, FieldNotFoundError, or AppNotFoundError for a referenced
    app that is neither in use nor deployed in the same call.
    """
    form: Form = preview_form(preview)
    check_form(form)
    for property_, _ in every_field(preview.properties()):
        if is_lookup(property_):
            _check_lookup_key(preview, property_, deployed_together)
        elif property_["type"] == "REFERENCE_TABLE":
            app_id = int(property_["referenceTable"]["relatedApp"]["app"])
            _related(preview, app_id, deployed_together)


def find_violation(preview: Preview) -> str | None:
    """Return the code of a field whose new rule the app's records break, or None.

    Only `unique` and `maxLength` that are new or stricter matter; making a field required never does.
    """
    if preview.app.live_revision is None:
        return None
    live = read_part(preview.session, preview.app, Stage.LIVE, Part.FIELDS)["properties"]
    before = {property_["$id"]: property_ for property_, _ in every_field(live)}
    stricter = [
        (property_, table)
        for property_, table in every_field(preview.properties())
        if property_["$id"] in before and _is_stricter(before[property_["$id"]], property_)
    ]
    return _first_broken(preview, stricter) if stricter else None


def _check_lookup_key(preview: Preview, property_: Property, deployed_together: frozenset[int]) -> None:
    lookup = property_["lookup"]
    related = _related(preview, int(lookup["relatedApp"]["app"]), deployed_together)
    key = related.get(lookup["relatedKeyField"])
    if key is None:
        raise FieldNotFoundError(code=lookup["relatedKeyField"])
    if key["type"] != "RECORD_NUMBER" and not key.get("unique"):
        raise LookupKeyNotUniqueError


def _related(preview: Preview, app_id: int, deployed_together: frozenset[int]) -> dict[str, Property]:
    app = find_app(preview.session, preview.app.site_id, app_id)
    together = app_id in deployed_together
    if app is None or (app.live_revision is None and not together):
        raise AppNotFoundError(id=app_id)
    stage = Stage.PREVIEW if together else Stage.LIVE
    properties: dict[str, Property] = read_part(preview.session, app, stage, Part.FIELDS)["properties"]
    return properties


def _is_stricter(old: Property, new: Property) -> bool:
    if new.get("unique") and not old.get("unique"):
        return True
    limit, former = new.get("maxLength", ""), old.get("maxLength", "")
    return limit != "" and (former == "" or int(limit) < int(former))


def _first_broken(preview: Preview, stricter: list[tuple[Property, Property | None]]) -> str | None:
    seen: dict[str, set[str]] = {property_["code"]: set() for property_, _ in stricter}
    statement = select(Record.values).where(Record.app_pk == preview.app.pk).execution_options(yield_per=_BATCH)
    with closing(preview.session.scalars(statement)) as rows:
        return next((code for values in rows for code in _broken(values, stricter, seen)), None)


def _broken(
    values: dict[str, Any], stricter: list[tuple[Property, Property | None]], seen: dict[str, set[str]]
) -> Iterator[str]:
    """Yield the codes of the fields whose new rule a record breaks, given what was seen before it."""
    for property_, table in stricter:
        code: str = property_["code"]
        for value in _values_of(values, property_, table):
            if _breaks(property_, value, seen[code]):
                yield code
            seen[code].add(value)


def _values_of(values: dict[str, Any], property_: Property, table: Property | None) -> Iterator[str]:
    """Yield the texts that a record holds for a field; empty ones never break a rule."""
    number = str(property_["$id"])
    rows = [values] if table is None else [row["value"] for row in values.get(str(table["$id"])) or []]
    for row in rows:
        value = row.get(number)
        if isinstance(value, str) and value:
            yield value


def _breaks(property_: Property, value: str, seen: set[str]) -> bool:
    limit = property_.get("maxLength", "")
    return (limit != "" and len(value) > int(limit)) or bool(property_.get("unique") and value in seen)
