"""Compares the sample records of two states of an app: each is called by the value that titles it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from marketplace.bundle.differences.change import Act, Change, Impact, Subject, changed_keys
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.kernel.text import Text

TITLING = frozenset({"SINGLE_LINE_TEXT", "LINK", "DATE", "RADIO_BUTTON", "DROP_DOWN", "NUMBER"})
"""Kinds of fields whose value tells one record from another."""
MOST_NAMED = 50
"""Records told one by one; where more differ, their number says enough."""
LONGEST_NAME = 40

Record = JsonObject


def compare_records(old: AppDefinition, new: AppDefinition) -> Iterator[Change]:
    """Yield the sample records that were added, removed or changed."""
    before, after = old.part(PartName.RECORDS), new.part(PartName.RECORDS)
    if before == after:
        return
    found = list(_each(new, _named(old), _named(new)))
    if found and len(found) <= MOST_NAMED:
        yield from found
        return
    counts = [len(_records(app)) for app in (old, new)]
    subject = Subject("records", "records", Text("サンプルレコード", "sample records"), new)
    act = Act.ADDED if before is None else Act.REMOVED if after is None else Act.CHANGED
    detail = Text(f"{counts[0]}件→{counts[1]}件", f"{counts[0]} → {counts[1]}")
    yield subject.change(Impact.COSMETIC, act, detail=detail)


def _each(app: AppDefinition, old: dict[str, Record], new: dict[str, Record]) -> Iterator[Change]:
    renamed = _renamed(old, new)
    for name in [*old, *(name for name in new if name not in old)]:
        if name in renamed.values():
            continue
        called = renamed.get(name, name)
        subject = Subject("records", called, Text(f"サンプルレコード「{called}」", f"sample record “{called}”"), app)
        before, after = old.get(name), new.get(called)
        if before is None or after is None:
            act = Act.ADDED if before is None else Act.REMOVED
            yield subject.change(Impact.COSMETIC, act, _values(before), _values(after))
        elif before != after:
            changed = changed_keys(before, after)
            told = [{code: value for code, value in one.items() if code in changed} for one in (before, after)]
            yield subject.change(Impact.COSMETIC, Act.CHANGED, _values(told[0]), _values(told[1]))


def _renamed(old: dict[str, Record], new: dict[str, Record]) -> dict[str, str]:
    """Return the names that went, each with the one that came in its place."""
    places = zip(old, new, strict=False)
    return {before: after for before, after in places if before not in new and after not in old}


def _named(app: AppDefinition) -> dict[str, Record]:
    """Return the records by name; those of one name are told apart by their number."""
    seen: Counter[str] = Counter()
    named: dict[str, Record] = {}
    for number, record in enumerate(_records(app), 1):
        name = _title(app, record) or f"#{number}"
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name} ({seen[name]})"] = record
    return named


def _records(app: AppDefinition) -> list[Record]:
    records: list[Record] = (app.part(PartName.RECORDS) or {}).get("records", [])
    return records


def _title(app: AppDefinition, record: Record) -> str:
    """Return the value that the app shows as the title, else the first that says something by itself."""
    chosen = app.parts.get(PartName.SETTINGS, {}).get("titleField") or {}
    placed = [code for code in _placed(app.parts.get(PartName.LAYOUT, {}).get("layout", [])) if code in app.fields]
    kinds = {code: app.fields[code] for code in placed if "lookup" not in app.fields[code]}
    ranked = sorted(kinds, key=lambda code: kinds[code].get("type") != "SINGLE_LINE_TEXT")
    for code in (chosen.get("code"), *(code for code in ranked if kinds[code].get("type") in TITLING)):
        value = record.get(code, {}).get("value") if code else None
        if isinstance(value, str) and value.strip() and "{{" not in value:
            line = " ".join(value.split())
            return line if len(line) <= LONGEST_NAME else f"{line[:LONGEST_NAME]}…"
    return ""


def _placed(layout: Any) -> Iterator[str]:
    """Yield the codes of the fields in the order of the form."""
    for line in layout:
        if line.get("type") == "GROUP":
            yield from _placed(line.get("layout") or ())
        elif line.get("type") == "ROW":
            yield from (str(field["code"]) for field in line.get("fields") or () if "code" in field)


def _values(record: Record | None) -> dict[str, Any] | None:
    """Return what stands in the fields, without the shape in which kintone writes it."""
    return None if record is None else {code: _plain(each) for code, each in record.items()}


def _plain(field: Any) -> Any:
    value = field.get("value") if isinstance(field, dict) else field
    if isinstance(value, list) and all(isinstance(row, dict) and isinstance(row.get("value"), dict) for row in value):
        return [{code: _plain(each) for code, each in row["value"].items()} for row in value]
    return value
