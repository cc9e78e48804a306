"""What the records of an app hold against the rules it is about to get, found in the search index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select

from marketplace.kernel.text import Text
from marketplace.sandbox.models import Cell, Part, Record, Stage
from marketplace.sandbox.records.cells import KEY_LENGTH
from marketplace.sandbox.settings.renames import every_field
from marketplace.sandbox.settings.states_in_use import find_state_in_use
from marketplace.sandbox.settings.store import Document, Preview, read_part

_BATCH = 500


def find_violation(preview: Preview) -> Text | None:
    """Return why the records can't live under the prepared settings, or None.

    Only rules that are new or stricter matter: `unique`, `maxLength`, and states of the process that go although
    records are in them. Making a field required never does.
    """
    if preview.app.live_revision is None:
        return None
    return next(_violations(preview), None)


def _violations(preview: Preview) -> Iterator[Text]:
    live = read_part(preview.session, preview.app, Stage.LIVE, Part.FIELDS)["properties"]
    before = {property_["$id"]: property_ for property_, _ in every_field(live)}
    for property_, table in every_field(preview.properties()):
        old = before.get(property_["$id"])
        if old is None:
            continue
        if table is None and property_.get("unique") and not old.get("unique"):
            yield from _repeated(preview, property_)
        if (limit := _new_limit(old, property_)) is not None:
            yield from _too_long(preview, property_, table, limit)
    process = read_part(preview.session, preview.app, Stage.LIVE, Part.STATUS)
    if (state := find_state_in_use(preview.session, preview.app, process, preview.read(Part.STATUS))) is not None:
        yield Text(
            f"ステータス「{state}」のレコードがあるため、このステータスを削除できません。",
            f'The status "{state}" cannot be deleted because records are in it.',
        )


def _new_limit(old: Document, new: Document) -> int | None:
    limit, former = new.get("maxLength", ""), old.get("maxLength", "")
    if limit == "" or (former != "" and int(former) <= int(limit)):
        return None
    return int(limit)


def _repeated(preview: Preview, property_: Document) -> Iterator[Text]:
    """Tell two records that hold the same value; equality is that of `unique` itself."""
    same = (
        select(func.min(Cell.record_id), func.max(Cell.record_id))
        .where(Cell.app_pk == preview.app.pk, Cell.field_id == property_["$id"])
        .group_by(Cell.text)
        .having(func.count() > 1)
        .limit(1)
    )
    for first, second in preview.session.execute(same):
        label = property_["label"]
        yield Text(
            f"フィールド「{label}」の値が重複しているレコードがあります（例：レコード番号{first}と{second}）。",
            f'Records hold the same value in the field "{label}", for example records {first} and {second}.',
        )


def _too_long(preview: Preview, property_: Document, table: Document | None, limit: int) -> Iterator[Text]:
    # A longer key than KEY_LENGTH does not exist: texts of that length are looked up themselves.
    least = min(limit + 1, KEY_LENGTH)
    long_cells = select(Cell.record_id).where(
        Cell.app_pk == preview.app.pk, Cell.field_id == property_["$id"], func.length(Cell.text) >= least
    )
    found = preview.session.scalars(long_cells.distinct().order_by(Cell.record_id)).all()
    numbers = found if limit < KEY_LENGTH else _exceeding(preview, property_, table, limit, found)
    for number in list(numbers)[:1]:
        label = property_["label"]
        yield Text(
            f"フィールド「{label}」の値が{limit}文字を超えるレコードがあります（例：レコード番号{number}）。",
            f'A value in the field "{label}" is longer than {limit} characters, for example in record {number}.',
        )


def _exceeding(
    preview: Preview, property_: Document, table: Document | None, limit: int, numbers: Iterable[int]
) -> Iterator[int]:
    candidates = list(numbers)
    number = str(property_["$id"])
    for start in range(0, len(candidates), _BATCH):
        rows = preview.session.execute(
            select(Record.record_id, Record.values)
            .where(Record.app_pk == preview.app.pk, Record.record_id.in_(candidates[start : start + _BATCH]))
            .order_by(Record.record_id)
        )
        for record_id, values in rows:
            places = [values] if table is None else [row["value"] for row in values.get(str(table["$id"])) or ()]
            if any(len(place.get(number) or "") > limit for place in places):
                yield record_id
